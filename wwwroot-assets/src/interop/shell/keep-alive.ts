// An open page keeps its session: eight hours of work must not end in a sign-out.
const every = 15 * 60_000;

if (document.querySelector("meta[name=csrf-token]")) {
  setInterval(() => {
    void fetch("/api/v1/auth/me", { credentials: "same-origin", redirect: "manual", cache: "no-store" }).catch(() => {});
  }, every);
}
