// Draws the API's explanation from our own OpenAPI document; nothing is asked of another host.
const JAPANESE = {
  "Authorize": "トークンを入れる", "Available authorizations": "トークン", "Authorized": "入れました", "Logout": "消す",
  "Close": "閉じる", "Value:": "値:", "Try it out": "試す", "Try it out ": "試す", "Cancel": "やめる", "Reset": "元に戻す",
  "Execute": "送る", "Clear": "答えを消す", "Parameters": "項目", "No parameters": "項目はありません", "Name": "名前",
  "Description": "説明", "Request body": "送る内容", "Responses": "答え", "Server response": "届いた答え", "Code": "状態コード",
  "Details": "内容", "Links": "関連", "No links": "なし", "Media type": "形式", "Response content type": "形式",
  "Controls ": "", " header.": " ヘッダーに入れる形式", "Example Value": "例", "Edit Value": "書く", "Schema": "形",
  "Schemas": "形の一覧", "Headers:": "ヘッダー:", "Type": "型", "required": "必須", "Response body": "本文",
  "Response headers": "ヘッダー", "Request URL": "アドレス", "Request duration": "かかった時間", "Download": "保存",
  "Loading": "読み込んでいます", "Expand all": "すべて開く", "Collapse all": "すべて閉じる", "Send empty value": "空で送る",
};

function inJapanese(node) {
  const words = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  for (let text = words.currentNode; text; text = words.nextNode()) {
    if (text.nodeType === Node.TEXT_NODE && Object.hasOwn(JAPANESE, text.nodeValue)) {
      text.nodeValue = JAPANESE[text.nodeValue];
    }
  }
}

const page = document.getElementById("api-docs");
new MutationObserver((changes) => {
  for (const change of changes) {
    inJapanese(change.target);
  }
}).observe(page, { childList: true, subtree: true, characterData: true });

window.SwaggerUIBundle({
  url: "/api/v1/openapi.json",
  dom_id: "#api-docs",
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});
