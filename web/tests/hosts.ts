// The host of a page without a server has all that the app's has, and of the same types.
declare const own: typeof import("../src/handout/host.ts");
export const fits: typeof import("../src/host/host.ts") = own;
