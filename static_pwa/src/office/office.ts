// The office's little script: GOV.UK Frontend's behaviours, and the planner's board; every page works without it.
import { Button, createAll, ErrorSummary, SkipLink } from "govuk-frontend";
import { Board } from "./board";
import { enlargePhotos } from "./enlarging";
import "./office.scss";

// GOV.UK Frontend looks for this class, which its own template sets in an inline script; ours forbids those.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
createAll(ErrorSummary);
createAll(Button);
createAll(SkipLink);
enlargePhotos();
const board = document.querySelector<HTMLElement>("[data-board]");
if (board) new Board(board);
