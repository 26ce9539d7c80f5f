/* Puts the thread of an article into <div data-comments data-article="URL"></div>.
   Sets no cookie, asks nobody but its own server, and needs no inline style or script. */
(() => {
  "use strict";
  const script = document.currentScript;
  const home = script ? script.src.replace(/\/embed\.js([?#].*)?$/, "") : "";
  const DAYS = 864e5, FAILED = "Comments could not be loaded.";
  const NAMES = { text: "comment", "author.name": "author", "author.email": "email", "author.url": "url" };

  /* Storage may be forbidden: then nothing is remembered, and all else works. */
  const recall = (store, key) => {
    try { return JSON.parse(window[store].getItem("comments:" + key)) } catch { return null }
  };
  const keep = (store, key, value) => {
    try {
      if (value) window[store].setItem("comments:" + key, JSON.stringify(value));
      else window[store].removeItem("comments:" + key);
    } catch { /* forbidden or full */ }
  };
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };
  const random = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("");

  const start = (box) => {
    const set = box.dataset;
    const server = (set.server || home).replace(/\/$/, "");
    const canonical = document.querySelector("link[rel~=canonical]");
    const address = new URL(set.article || (canonical && canonical.href) || location.href, location.href);
    address.hash = "";
    const article = address.href;
    const query = "?article=" + encodeURIComponent(article);
    const find = (selector) => box.querySelector(selector);
    let list, respond, form, rest, opener, token, attempt;

    const style = () => set.css === "off" || document.querySelector("link[rel=stylesheet][href*='/embed.css']") ? 0 : new Promise((done) => {
      const link = make("link");
      link.rel = "stylesheet";
      link.href = server + "/embed.css";
      link.onload = link.onerror = done;
      document.head.append(link);
    });

    const load = async (more = "") => {
      const off = set.form === "off" ? "&form=0" : "";
      try {
        const [answer] = await Promise.all([fetch(server + "/thread.html" + query + off + more, { cache: "no-cache" }), style()]);
        if (!answer.ok) throw 0;
        const inside = document.createRange().createContextualFragment(await answer.text());
        box.replaceChildren(inside);
      } catch {
        if (!find(".comments-area")) failed(more);
        else if (!form) ready();
        return false;
      }
      ready();
      return true;
    };

    const failed = (more) => {
      const line = make("p", "comments-failed", FAILED + " ");
      const again = make("button", "", "Try again");
      line.setAttribute("role", "status");
      again.type = "button";
      again.onclick = () => load(more);
      line.append(again);
      box.replaceChildren(line);
    };

    const ready = () => {
      list = find(".commentlist");
      respond = find("#respond");
      form = find("#commentform");
      rest = token = opener = null;
      if (list && set.sort === "newest") list.append(...Array.from(list.children).reverse());
      showHeld();
      if (form) prepare();
    };

    /* A fragment of the address was looked up before the thread was there. */
    const jump = async () => {
      let id = "";
      try { id = decodeURIComponent(location.hash.slice(1)) } catch { /* not ours */ }
      const inBox = () => Array.from(box.querySelectorAll("[id]")).find((e) => id && e.id === id);
      const wanted = /^comment-([0-9a-z]+)$/.exec(id);
      if (!inBox() && wanted && find(".comment-navigation")) await load("&comment=" + wanted[1]);
      const element = inBox();
      box.querySelectorAll(".comment-target").forEach((old) => old.classList.remove("comment-target"));
      if (element) {
        element.classList.add("comment-target");
        element.scrollIntoView();
      }
    };

    /* The writer's own replies of the last two weeks: held ones are put in, shown ones can be changed. */
    const showHeld = () => {
      const held = (recall("localStorage", "held:" + article) || []).filter((one) => Date.now() - one.at < 14 * DAYS);
      keep("localStorage", "held:" + article, held.length && held);
      held.forEach((one) => {
        const meta = byId(one.id)?.querySelector(".comment-meta");
        if (meta) meta.append(own(one)); else place(one);
      });
    };

    const own = (one) => {
      const link = make("a", "comment-own", "Edit or withdraw");
      link.href = one.url;
      link.rel = "nofollow noreferrer";
      return link;
    };

    const byId = (id) => Array.from(box.querySelectorAll("li[data-id]")).find((item) => item.dataset.id === id);

    const place = (one) => {
      const item = make("li", "comment comment-held");
      const body = make("article", "comment-body");
      const head = make("header", "comment-meta");
      const text = make("div", "comment-content");
      item.id = "comment-" + one.id;
      item.dataset.id = one.id;
      item.tabIndex = -1;
      text.dir = "auto";
      text.innerHTML = one.html;
      head.append(make("cite", "comment-author", one.name || "Anonymous"), own(one));
      body.append(make("p", "comment-awaiting", "Awaiting moderation — only you can see this"), head, text);
      item.append(body);
      const parent = one.parent && byId(one.parent);
      let under = list;
      if (parent) {
        under = parent.querySelector(":scope > .children");
        if (!under) parent.append(under = make("ol", "children"));
      } else if (!list) {
        list = under = make("ol", "commentlist");
        find(".comments-area").insertBefore(list, find(".reactions, .comment-respond, .nocomments"));
      }
      under.append(item);
      return item;
    };

    const value = (name, text) => {
      const field = form.elements[name];
      if (text !== undefined) field[field.type === "checkbox" ? "checked" : "value"] = text;
      return field.type === "checkbox" ? field.checked : field.value;
    };

    const say = (sentence) => {
      const line = form.querySelector(".comment-status");
      line.textContent = sentence;
    };

    const clear = () => {
      say("");
      form.querySelectorAll("[aria-invalid]").forEach((field) => {
        field.removeAttribute("aria-invalid");
        const ids = (field.getAttribute("aria-describedby") || "").replace(/error-\w+ ?/, "");
        if (ids) field.setAttribute("aria-describedby", ids);
        else field.removeAttribute("aria-describedby");
      });
      form.querySelectorAll(".comment-error").forEach((line) => line.remove());
    };

    const complain = (problem) => {
      let first;
      (problem.errors || []).forEach((error) => {
        const field = form.elements[NAMES[error.field] || error.field];
        if (!field || !field.labels || field.type === "hidden" || field.hasAttribute("aria-invalid")) return;
        const line = make("span", "comment-error", error.message);
        line.id = "error-" + field.id;
        field.after(line);
        field.setAttribute("aria-invalid", "true");
        field.setAttribute("aria-describedby", (line.id + " " + (field.getAttribute("aria-describedby") || "")).trim());
        first = first || field;
      });
      say(problem.detail || problem.title || "That could not be sent. Your text is still here.");
      if (first) first.focus();
    };

    const draft = () => {
      const text = value("comment");
      keep("sessionStorage", "draft:" + article, text && { text, parent: value("comment_parent") });
    };

    const titled = (name) => {
      const title = find("#reply-title");
      title.textContent = name ? "Leave a Reply to " : "Leave a Reply";
      if (!name) return;
      const cancel = make("button", "comment-reply-cancel", "Cancel reply");
      cancel.type = "button";
      cancel.id = "cancel-comment-reply-link";
      cancel.onclick = () => {
        const back = opener;
        away();
        if (back) back.focus();
      };
      title.append(make("bdi", "", name), " ", cancel);
    };

    const beneath = (item) => {
      if (!rest) respond.before(rest = make("span"));
      const name = item.querySelector(".fn");
      opener = item.querySelector(".comment-reply-link");
      value("comment_parent", item.dataset.id);
      titled((name && name.textContent) || "Anonymous");
      item.querySelector(":scope > .comment-body").after(respond);
    };

    const away = () => {
      if (rest) rest.replaceWith(respond);
      rest = opener = null;
      value("comment_parent", "");
      titled();
      draft();
    };

    const prepare = () => {
      const status = make("p", "comment-status");
      status.setAttribute("role", "alert");
      form.querySelector(".form-submit").before(status);
      const me = recall("localStorage", "me");
      if (me) {
        ["author", "email", "url"].forEach((name) => value(name, me[name] || ""));
        value("remember", true);
      }
      const kept = recall("sessionStorage", "draft:" + article);
      if (kept) {
        value("comment", kept.text);
        const item = kept.parent && byId(kept.parent);
        if (item) beneath(item);
      }
      form.addEventListener("input", draft);
      form.addEventListener("focusin", ask, { once: true });
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        send();
      });
    };

    /* When the form was first used, signed by the server. Without it a reply is still taken. */
    const ask = async () => {
      try {
        const answer = await fetch(server + "/form-token" + query);
        const said = answer.ok ? await answer.json() : {};
        token = said.form_token || said.token;
      } catch { /* not needed */ }
    };

    const send = async () => {
      const button = form.querySelector("[type=submit]");
      const mine = recall("localStorage", "me") || {};
      const reply = {
        article, parent: value("comment_parent") || null, text: value("comment"),
        author: { name: value("author"), email: value("email"), url: value("url") },
        remember: value("remember"), hp_url: value("hp_url"),
      };
      if (token) reply.form_token = token;
      if (mine.key) reply.author_key = mine.key;
      const body = JSON.stringify(reply);
      /* The key stays while no answer came: the reply may have arrived all the same. */
      if (!attempt || attempt.body !== body) attempt = { body, key: random() };
      clear();
      button.disabled = true;
      try {
        const answer = await fetch(server + "/comments", {
          method: "POST", body,
          headers: { "Content-Type": "application/json", "Idempotency-Key": attempt.key },
        });
        attempt = null;
        const said = await answer.json().catch(() => ({}));
        if (answer.ok && said.id) await sent(reply, said, mine);
        else complain(said);
      } catch {
        say("The reply could not be sent. Your text is still here; please try again.");
      }
      button.disabled = false;
    };

    const sent = async (reply, said, mine) => {
      const { name, email, url } = reply.author;
      keep("localStorage", "me", reply.remember && { author: name, email, url, key: said.author_key || mine.key });
      value("comment", "");
      away();
      const one = { id: said.id, parent: reply.parent, name, html: said.html, url: said.private_url, at: Date.now() };
      keep("localStorage", "held:" + article, (recall("localStorage", "held:" + article) || []).concat(one));
      if (said.status === "approved") await load();
      const item = byId(said.id) || place(one);
      item.tabIndex = -1;
      item.focus();
      item.scrollIntoView({ block: "nearest" });
    };

    box.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (link.matches(".comment-reply-link") && form) {
        event.preventDefault();
        beneath(link.closest("li"));
        draft();
        form.elements.comment.focus();
      } else if (link.matches(".comment-navigation a")) {
        event.preventDefault();
        load("&page=" + new URL(link.href).searchParams.get("page")).then(() => box.scrollIntoView());
      }
    });

    load().then((done) => done && jump());
    addEventListener("hashchange", jump);
  };

  const begin = () => document.querySelectorAll("[data-comments]").forEach(start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
