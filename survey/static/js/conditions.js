// What a condition comes to, as questionnaires/conditions.py has it; both are held to
// questionnaires/conditions_vectors.json. A tree is nested lists, an operator first.
// values: name to integer, or to the codes of a question of several items; what was not
// answered is absent. A comparison with something unanswered does not hold.

const HOLDS = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

const of = (values, name) =>
  Object.prototype.hasOwnProperty.call(values, name) ? values[name] : undefined;

const many = (found) => (Array.isArray(found) ? found.length : found === undefined ? 0 : 1);

/** The number that a tree stands for; undefined when something in it was not answered. */
export function figure(tree, values) {
  if (typeof tree === "number") return tree;
  if (typeof tree === "string") {
    const found = of(values, tree);
    return Array.isArray(found) ? undefined : found;
  }
  const [op, ...parts] = tree;
  if (op === "count") return parts.reduce((sum, name) => sum + many(of(values, name)), 0);
  const [a, b] = parts.map((part) => figure(part, values));
  if (a === undefined || b === undefined) return undefined;
  return op === "+" ? a + b : a - b;
}

/** Whether a condition holds. */
export function evaluate(tree, values) {
  const [op, ...parts] = tree;
  if (op === "and") return parts.every((part) => evaluate(part, values));
  if (op === "or") return parts.some((part) => evaluate(part, values));
  if (op === "not") return !evaluate(parts[0], values);
  if (op === "answered") return parts.every((name) => many(of(values, name)) > 0);
  const a = figure(parts[0], values);
  if (op === "in") {
    const found = typeof parts[1] === "string" ? of(values, parts[1]) : parts[1];
    return a !== undefined && Array.isArray(found) && found.includes(a);
  }
  const b = figure(parts[1], values);
  return a !== undefined && b !== undefined && HOLDS[op](a, b);
}
