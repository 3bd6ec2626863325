// The hosts of pages without a server have all that the app's has, and of the same types.
declare const handout: typeof import("../src/handout/host.ts");
export const handoutFits: typeof import("../src/host/host.ts") = handout;
declare const notebook: typeof import("../src/notebook/host.ts");
export const notebookFits: typeof import("../src/host/host.ts") = notebook;
