import { renewTokens } from "./csrf";

let asking = false;

/**
 * The session has ended while the page was open. The page stays as it is; its owner signs in in another window, comes
 * back and presses the same button again.
 */
export function signedOut(doc: Document = document): Promise<void> {
  if (asking) return Promise.resolve();
  asking = true;
  const dialog = doc.createElement("dialog");
  dialog.className = "dialog need";
  dialog.setAttribute("aria-labelledby", "out-h");
  dialog.innerHTML = `<div class="in"><h2 id="out-h">登录已经结束</h2>
    <p>写下的内容还在这一页上。在新窗口登录，再回来点一次。</p>
    <p class="acts"><button class="btn" type="button">登录好了，回来接着做</button><a class="btn go" target="_blank" rel="noopener">在新窗口登录</a></p></div>`;
  const door = dialog.querySelector("a");
  if (door) door.href = "/sign-in/?next=/account/";
  doc.body.append(dialog);
  return new Promise((resolve) => {
    const finish = () => {
      renewTokens(doc);
      dialog.close();
      dialog.remove();
      asking = false;
      resolve();
    };
    dialog.querySelector("button")?.addEventListener("click", finish);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish();
    });
    dialog.showModal();
    door?.focus();
  });
}
