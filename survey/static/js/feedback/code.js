// A slip's picture opens this page with the code behind #, which browsers send nowhere: into the
// field with it, and out of the address, which stays in the history of a browser that others use.
const field = document.querySelector("[data-code]");
const take = () => {
  const code = decodeURIComponent(location.hash.slice(1));
  if (!/^[0-9A-Za-z-]{15,24}$/.test(code)) return;
  field.value = code;
  history.replaceState(null, "", location.pathname + location.search);
  field.form.querySelector("button").focus();
};
addEventListener("hashchange", take);
take();
