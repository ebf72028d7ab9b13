// The page at /docs: Swagger UI over our own description. It comes as a script of its own, beside this one.
interface Asked {
  url: string;
  method?: string;
  headers: Record<string, string>;
}

declare const SwaggerUIBundle: (options: {
  url: string;
  dom_id: string;
  deepLinking: boolean;
  validatorUrl: null;
  docExpansion: "list" | "none";
  defaultModelsExpandDepth: number;
  requestInterceptor: (asked: Asked) => Asked;
}) => unknown;

const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = (): void => void document.documentElement.classList.toggle("dark-mode", dark.matches);

follow();
dark.addEventListener("change", follow);

SwaggerUIBundle({
  url: "/openapi/v1.json",
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null, // else the description would go to another site
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  requestInterceptor: (asked) => {
    // Who is signed in here tries calls with the session, which needs the page's token as well.
    if (token && new URL(asked.url, location.href).origin === location.origin) asked.headers["X-CSRF-TOKEN"] = token;
    return asked;
  },
});

export {};
