// The page of one case, for whoever writes on it.
import { begun } from "./beat.js";
import { keep } from "./kept.js";
import "./letters.js";

for (const line of document.querySelectorAll("[data-keep]")) keep(line, begun);
