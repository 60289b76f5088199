// Pages as sites of many kinds write them, each with the text that a reader came for: the measure of the extractor.
export type Article = {
  readonly title: string
  /** Paragraphs; headings begin with `# `, items of a list with `- `. */
  readonly blocks: readonly string[]
  readonly language: string
}

export const ARTICLES: readonly Article[] = [
  {
    language: 'en',
    title: 'The tide mill opens again',
    blocks: [
      'The old tide mill at the mouth of the river ground its first corn in forty years this morning, and half of the town had come to watch the wheel turn.',
      'It took the volunteers eleven winters. They carried oak beams across the mud on sledges, because no lorry can reach the island at any state of the tide.',
      '# How it works',
      'At high water a gate closes behind the mill pond. Six hours later the sea has left, and the pond runs out under the wheel.',
      'The mill can grind for about four hours on each tide:',
      '- at neap tides the fall is less than a metre',
      '- at spring tides it is nearly three, and the stones must be braked',
      '- in a storm from the west nobody opens the gate at all',
      'Flour is sold on Saturdays.',
      '“We do not want a museum,” says the miller. “We want bread.”',
    ],
  },
  {
    language: 'de',
    title: 'Warum Moore brennen',
    blocks: [
      'Ein entwässertes Moor ist ein Haufen trockener Torf, und Torf brennt unter der Oberfläche weiter, auch wenn oben längst Regen gefallen ist.',
      'Im vergangenen Sommer standen in drei Landkreisen insgesamt mehr als zweihundert Hektar in Flammen; die Feuerwehren blieben fünf Wochen lang vor Ort.',
      '# Wasser zurück ins Land',
      'Wer die Gräben schließt, hebt den Wasserstand um einen halben Meter. Das genügt, damit der Torf nass bleibt und das Gras darüber trotzdem gemäht werden kann.',
      'Die Bauern fragen, wer ihnen den Ertrag ersetzt. Eine Antwort darauf hat das Ministerium für das nächste Jahr versprochen, und auch für das Jahr davor hatte es sie versprochen.',
      'Bis dahin gilt: kein offenes Feuer.',
    ],
  },
  {
    language: 'fr',
    title: 'Recette : la soupe de châtaignes',
    blocks: [
      'Dans les Cévennes, on la servait le soir, quand les clèdes fumaient encore et que les châtaignes blanches sonnaient comme des cailloux au fond du sac.',
      '# Ingrédients',
      '- 400 g de châtaignes sèches',
      '- un litre de lait entier',
      '- deux poireaux',
      '- sel, poivre, noix de muscade',
      '# Préparation',
      'Faites tremper les châtaignes toute une nuit dans de l’eau froide. Le lendemain, retirez les petites peaux qui restent, car elles rendent la soupe amère.',
      'Faites fondre les poireaux dans un peu de beurre, ajoutez les châtaignes et le lait, puis laissez cuire une heure à petit feu sans jamais cesser de surveiller la casserole.',
      'Mixez ou non, selon votre goût.',
    ],
  },
  {
    language: 'et',
    title: 'Rahvakogu võttis vastu keeleseaduse muudatused',
    blocks: [
      'Täna hommikul vastu võetud muudatuste järgi peavad kõik riigi infosüsteemid kolme aasta jooksul oskama vastata nii eesti kirjakeeles kui ka viipekeeles.',
      'Seaduse poolt hääletas viiskümmend kaheksa liiget, vastu oli kaksteist ning ülejäänud jätsid hääletamata, sest nende muudatusettepanekuid ei arvestatud.',
      'Keelenõukogu esimehe sõnul on tegemist esimese korraga, kui riik lubab rahastada ka võru ja seto keele õpetajate koolitust kogu järgmise kümnendi vältel.',
      'Muudatused jõustuvad uue aasta esimesel päeval.',
    ],
  },
  {
    language: 'el',
    title: 'Το φράγμα και το χωριό',
    blocks: [
      'Όταν κατέβηκε η στάθμη της λίμνης το περασμένο φθινόπωρο, φάνηκαν πρώτα το καμπαναριό και ύστερα οι στέγες των σπιτιών που είχαν σκεπαστεί πριν από σαράντα χρόνια.',
      'Οι παλιοί κάτοικοι ήρθαν με τα εγγόνια τους να δείξουν πού ήταν η πλατεία, το σχολείο και ο πλάτανος κάτω από τον οποίο γίνονταν οι γάμοι.',
      '# Τι θα γίνει τώρα',
      'Η εταιρεία ύδρευσης λέει ότι το φράγμα θα γεμίσει ξανά την άνοιξη, αρκεί να χιονίσει στα βουνά όσο χιόνιζε κάποτε και όχι όσο χιόνισε πέρυσι.',
      'Κανείς δεν το πιστεύει.',
    ],
  },
  {
    language: 'zh',
    title: '世界人权宣言',
    blocks: [
      '人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。',
      '人人有资格享有本宣言所载的一切权利和自由，不分种族、肤色、性别、语言、宗教、政治或其他见解、国籍或社会出身、财产、出生或其他身分等任何区别。',
      '# 第三条',
      '人人有权享有生命、自由和人身安全。',
      '任何人不得使为奴隶或奴役；一切形式的奴隶制度和奴隶买卖，均应予以禁止。',
      '人人在任何地方有权被承认在法律前的人格。',
      '法律之前人人平等，并有权享受法律的平等保护，不受任何歧视。人人有权享受平等保护，以免受违反本宣言的任何歧视行为以及煽动这种歧视的任何行为之害。',
    ],
  },
]

const blocks = ({ blocks: all }: Article, paragraph = (text: string): string => `<p>${text}</p>`): string => {
  let html = ''
  let isList = false
  for (const block of all) {
    const isItem = block.startsWith('- ')
    if (isItem !== isList) html += isItem ? '<ul>' : '</ul>'
    isList = isItem
    html += block.startsWith('# ') ? `<h2>${block.slice(2)}</h2>` : isItem ? `<li>${block.slice(2)}</li>` : paragraph(block)
  }
  return html + (isList ? '</ul>' : '')
}
const links = (...names: readonly string[]): string => names.map((name) => `<li><a href="/${name.length}">${name}</a></li>`).join('\n')
const page = (language: string, title: string, body: string): string =>
  `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${title}</title><style>.x{color:red}</style><script>var a = "<p>not text</p>"</script></head><body>${body}</body></html>`

const TEASERS = [
  'Ten harbours that you should see before the summer ends and the ferries stop',
  'The minister answers our readers on the new timetable of the night trains',
  'Why your neighbour’s bees do better than yours, and what you can do about it',
]
const teasers = (): string =>
  TEASERS.map((text) => `<div class="card"><a href="/t"><img src="t.jpg" alt=""><h3>${text}</h3></a><span>3 min</span></div>`).join('')

/** Kinds of sites. Each puts an article into furniture of its own. */
export const SITES: Readonly<Record<string, (article: Article) => string>> = {
  news: (article) =>
    page(
      article.language,
      article.title,
      `<header class="masthead"><a href="/">The Daily Shore</a><nav><ul>${links('Home', 'Politics', 'Region', 'Sports', 'Weather')}</ul></nav></header>
      <div class="breadcrumb"><a href="/">Home</a> › <a href="/region">Region</a></div>
      <main><article><header><h1>${article.title}</h1><p class="byline">By <a href="/ann">Ann Author</a>, 12 May, 9:30</p></header>
      <div class="share-buttons"><a href="#">Share</a><a href="#">Mail</a></div>${blocks(article)}
      <aside class="related"><h4>Related stories</h4>${teasers()}</aside></article></main>
      <section class="most-read"><h3>Most read</h3><ol>${links(...TEASERS)}</ol></section>
      <div class="newsletter-signup"><p>Get the news of the shore each morning into your inbox. You can unsubscribe whenever you like.</p></div>
      <footer><p>© The Daily Shore. All rights reserved, no part of this page may be copied without the written consent of the publisher.</p><ul>${links('Imprint', 'Privacy', 'Contact')}</ul></footer>`,
    ),
  blog: (article) =>
    page(
      article.language,
      article.title,
      `<div id="page"><div id="header"><h1><a href="/">A small blog</a></h1><p class="description">Thoughts from the coast</p></div>
      <div id="menu"><ul>${links('About', 'Archive', 'Feed')}</ul></div>
      <div id="content"><div class="post hentry"><h2 class="entry-title">${article.title}</h2><div class="entry-content">${blocks(article)}</div>
      <div class="postmetadata post-meta">Posted in <a href="/c">Notes</a> | <a href="#comments">2 comments</a></div></div>
      <div id="comments"><h3>2 comments</h3><ol class="commentlist"><li><cite>Bob</cite><p>What a lovely text, I have read it twice already and sent it to my sister in Canada.</p></li><li><cite>Eve</cite><p>First!</p></li></ol></div></div>
      <div id="sidebar"><h3>Recent posts</h3><ul>${links(...TEASERS)}</ul><h3>Blogroll</h3><ul>${links('Other blog', 'Third blog')}</ul></div></div>`,
    ),
  government: (article) =>
    page(
      article.language,
      article.title,
      `<a class="skip-link" href="#main">Skip to content</a><div role="banner"><form role="search"><label>Search</label><input></form><a href="/en">EN</a> <a href="/fr">FR</a></div>
      <div class="cookie-banner"><p>We use cookies to make this site work well for you. You may accept all of them or only those that are needed for the site.</p><button>Accept</button></div>
      <div class="layout"><div class="side-menu"><ul>${links('The ministry', 'The minister', 'Laws in preparation', 'Laws in force', 'Press')}</ul></div>
      <div class="main-content" id="main"><h1>${article.title}</h1>${blocks(article)}<p class="print"><a href="?print">Print this page</a></p></div></div>
      <div role="contentinfo"><p>Ministry of Coasts, 1 Harbour Square. Open from Monday to Friday between nine and four, closed on public holidays.</p></div>`,
    ),
  encyclopedia: (article) =>
    page(
      article.language,
      article.title,
      `<div id="mw-navigation"><ul>${links('Main page', 'Random article', 'Donate')}</ul></div><div id="content" class="mw-body"><h1 id="firstHeading">${article.title}</h1>
      <div id="bodyContent"><div class="mw-parser-output">${blocks(article, (text) => `<p>${text.replace(/(\S+) (\S+) (\S+)/, '<a href="/wiki/x">$1 $2</a> $3')}</p>`)}
      <div role="navigation" class="navbox"><table><tr><th>Mills</th><td>${['A', 'B', 'C', 'D'].map((name) => `<a href="/${name}">${name} mill</a>`).join(' · ')}</td></tr></table></div></div>
      <div class="catlinks">Categories: <a href="/c">Mills</a> | <a href="/d">Islands</a></div></div></div>
      <div id="footer"><ul><li>This page was last changed yesterday. Text is available under a licence that the foot of the page names.</li></ul></div>`,
    ),
  tables: (article) =>
    page(
      article.language,
      article.title,
      `<center><table width="780"><tr><td colspan="3"><img src="logo.gif"><font size="1"><a href="/">Home</a> | <a href="/news">News</a> | <a href="/guest">Guest book</a></font></td></tr>
      <tr><td width="120" valign="top"><a href="/1">Harbour</a><br><a href="/2">Mill</a><br><a href="/3">Church</a><br><a href="/4">Links</a></td>
      <td><font face="Arial"><b>${article.title}</b><br><br>${article.blocks.map((text) => text.replace(/^(# |- )/, '')).join('<br><br>')}</font></td>
      <td width="140"><a href="/ad"><img src="ad.gif"></a></td></tr><tr><td colspan="3"><font size="1">Best viewed at 800 x 600. You are visitor 10,233.</font></td></tr></table></center>`,
    ),
  soup: (article) =>
    page(
      article.language,
      article.title,
      `<div class="css-1a"><div class="css-2b"><div><a href="/">Log in</a></div><div><a href="/x">Write</a></div></div><div class="css-3c"><div class="css-4d"><div class="css-5e">${article.title}</div>
      <div class="css-6f"><div><a href="/u">Maria</a></div><div>5 min</div></div>${blocks(article, (text) => `<div class="css-7g"><span>${text}</span></div>`)}</div>
      <div class="css-8h">${TEASERS.map((text) => `<div class="css-9i"><a href="/t">${text}</a></div>`).join('')}</div></div></div>`,
    ),
  manual: (article) =>
    page(
      article.language,
      article.title,
      `<nav class="sphinxsidebar"><ul>${links('Install', 'Configure', 'Run', 'Upgrade', 'Remove')}</ul></nav><div class="document"><div class="body" role="main"><section><h1>${article.title}</h1>
      ${blocks(article)}</section></div><div class="rel-links"><a href="prev">Previous</a> <a href="next">Next</a></div></div><div class="footer">Built with a tool.</div>`,
    ),
}
