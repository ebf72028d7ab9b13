// The page at /redoc: the description as one long page to read and print.
declare const Redoc: { init: (address: string, options: Record<string, unknown>, element: HTMLElement) => void };

Redoc.init("/openapi/v1.json", { hideDownloadButton: false, jsonSampleExpandLevel: 3, expandResponses: "200,201" }, document.getElementById("api")!);

export {};
