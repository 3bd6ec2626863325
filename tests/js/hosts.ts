// The host of a page without a server has all that the app's has, and of the same types.
declare const own: typeof import("../../app/components/js/handout/host.js");
export const fits: typeof import("../../app/components/js/host/host.js") = own;
