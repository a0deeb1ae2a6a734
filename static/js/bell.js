// The bell: asks for news while somebody looks, and shows their number in the tab's title.
(() => {
  const title = document.title;

  const count = () => {
    const text = document.getElementById("bell-count")?.textContent.trim();
    document.title = text ? `(${text}) ${title}` : title;
  };

  document.addEventListener("DOMContentLoaded", count);
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target.id === "bell-count") count();
  });

  // A page nobody looks at does not ask; it does so at once when it is looked at again.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id === "bell-poll" && document.hidden) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    const poll = document.getElementById("bell-poll");
    if (!document.hidden && poll) window.htmx?.trigger(poll, "look");
  });

  // Logged out meanwhile: there is nothing to ask for any more.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.target.id === "bell-poll" && event.detail.xhr.status === 403) event.target.remove();
  });
})();
