// Asks the service worker to keep this page, and to forget it when the pupil signs out.

/** Pages of pupils work again without network after the first visit; without a worker everything else still does. */
export function keepForOffline(script: string, who: string): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker
    .register(script, { scope: "/learn/" })
    .then(() => navigator.serviceWorker.ready)
    .then((registration) => {
      const files = performance
        .getEntriesByType("resource")
        .map((entry) => entry.name)
        .filter((name) => name.startsWith(location.origin));
      registration.active?.postMessage({ who, page: location.href.split("#")[0], files });
    })
    .catch(() => undefined);
}

/** Whoever signs out takes their pages along; what could not be sent yet stays for the next sign-in. */
export function forgetOnSignOut(forget: () => Promise<void>): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[action="/sign-out/"]')) {
    form.addEventListener("submit", (event) => {
      if (form.dataset["tidied"]) return;
      event.preventDefault();
      form.dataset["tidied"] = "yes";
      const tidy = Promise.all([forget(), caches?.delete("qiming-pages-1")]);
      const enough = new Promise((resolve) => setTimeout(resolve, 1500));
      void Promise.race([tidy, enough])
        .catch(() => undefined)
        .finally(() => form.submit());
    });
  }
}
