// What every page has: toasts that leave by themselves, dialogs that ask before something is done.
(() => {
  const TOAST_SECONDS = 7;

  const leave = (toast) => {
    toast.classList.add("toast-message-leaving");
    setTimeout(() => toast.remove(), 250);
  };
  const start = (toast) => {
    // Refusals stay until they are closed: they say what to do. So does what can be taken back.
    if (toast.matches(".toast-message-error, .toast-message-warning") || toast.querySelector("form")) return;
    let timer = setTimeout(() => leave(toast), TOAST_SECONDS * 1000);
    toast.addEventListener("mouseenter", () => clearTimeout(timer));
    toast.addEventListener("mouseleave", () => {
      timer = setTimeout(() => leave(toast), 2000);
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-toast]").forEach(start);
  });

  // <button data-dialog="id"> opens <dialog id="id">; [data-dialog-close] closes it; so do Escape
  // and a click beside it.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      event.preventDefault();
      dialog?.showModal();
      dialog?.querySelector("[autofocus], select, textarea, input:not([type=hidden])")?.focus();
      return;
    }
    if (event.target.closest("[data-toast-close]")) {
      leave(event.target.closest("[data-toast]"));
    } else if (event.target.closest("[data-dialog-close]") || event.target.matches("dialog[open]")) {
      event.target.closest("dialog").close();
    }
  });

  // A form is sent once: its buttons rest and show that something happens.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post], [data-repeatable]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
      button.classList.add("btn-loading");
      button.setAttribute("aria-busy", "true");
    }
  });
  // The page came back from the browser's memory: forms may be sent again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll(".btn-loading")) {
        button.classList.remove("btn-loading");
        button.removeAttribute("aria-busy");
      }
    }
  });
})();
