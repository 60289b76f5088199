// Languages that are written so alike that their letters do not tell them apart, and the words that do.
import { GAP } from './letters.ts'

/**
 * Groups of neighbours. Between two of a group the second step counts marks; where marks do not settle it either, the finding says so:
 * a score of about one half, and the neighbour as the second.
 */
export const NEIGHBOURS: readonly (readonly string[])[] = [
  ['hr', 'bs', 'sr', 'sl'],
  ['cs', 'sk'],
  ['da', 'nb', 'nn', 'sv'],
  ['id', 'ms'],
  ['pt', 'gl', 'es'],
  ['es', 'gl', 'ast', 'ca'],
  ['bg', 'mk'],
  ['lv', 'ltg', 'lt'],
  ['et', 'fi'],
  ['nl', 'af', 'fy'],
  ['de', 'lb', 'nds'],
  ['ru', 'uk', 'be'],
  ['ga', 'gd'],
  ['zu', 'xh'],
  ['rw', 'rn'],
  ['hi', 'mr', 'ne'],
  ['en', 'sco'],
  ['is', 'fo'],
  ['oc', 'ca'],
]

/** Words that a language of a group, or several, have and their neighbours write otherwise: grammar and everyday vocabulary, from the standard languages' own handbooks. */
const MARKS: Readonly<Record<string, string>> = {
  'hr bs sr':
    'i već još kao ali kad onda opet reče odgovori upita gospodin gospođa kuća kuće kući otac oca majka majke nije nisu bijaše bih bismo ću ćeš ćemo hoću neću jest jesu njegov sve svi svih svim ništa nešto nikad nikada sada odmah jer ako dok pošto iako nego li bude budu biti došao došla išao otišao rekao rekla kazao čuo moj moja tvoj svoj zašto kako tako samo vrlo puno uz preko između',
  'hr bs':
    'gdje ovdje uvijek vidio vidjela lijepo lijep bijel dijete djeca djece čovjek čovjeka mjesto mjesta vrijeme vremena prije poslije riječ riječi dvije nedjelja ponedjeljak htio svijet svijeta cijeli cijela tijelo dio dijela',
  hr: 'što tko netko nitko svatko itko zašto tijekom također tjedan tjedna siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga studenog prosinca uvjet uvjeti uvjeta tisuća tisuće sustav sustava sustavu glazba glazbe vlak vlaka zrakoplov tvrtka tvrtke računalo povijest povijesti kazalište stoljeća stoljeću izvješće izvješća općenito uopće europski europske europska europskoj europe europi znanost znanosti kruh sveučilište sveučilišta nogomet nogometni nogometaš veleposlanik ravnatelj priopćenje priopćio izbornik ministarstvu predsjednica burza dionica dionice tajnik glede promet opći opće izvan unatoč osim poput pak dok kako nazočan zračna luka zračne luke rajčica mrkva zbor utjecaj natjecanje gospodarstvo gospodarski gospodarska gospodarske proračun proračuna mirovina mirovine tjednik učinkovit točno točka točke milijun milijuna milijarda milijardi surađivati htio ured ureda vojska nositelj voditelj graditelj županija županije županiji redatelj skladatelj znanstvenik kolodvor kvalitete stupanj rješenje izričito',
  bs: 'šta ko neko niko svako hiljada hiljade sedmica sedmice januara februara marta aprila maja juna jula augusta septembra oktobra novembra decembra uslov uslovi sistem sistema muzika muzike voz avion kompanija općina općine historija historije pozorište univerzitet hljeb kahva lahko mehko saopćenje saopćio evropski evropske bosanski bosne hercegovine entitet vijeće prijedlog tačno tačka milion miliona sarajevo sarajeva uticaj',
  sr: 'šta ko neko niko svako tokom takođe nedelja nedelje januara februara marta aprila maja juna jula avgusta septembra oktobra novembra decembra uslov uslovi hiljada hiljade sistem sistema muzika voz avion kompanija opština opštine istorija istorije pozorište univerzitet hleb saopštenje saopštio evropski evropske uopšte opšti vreme vremena mesto mesta reč reči deo dela dva lepo belo pre posle gde uvek svet sveta svetu vek veka pesma deca dete video videla tačno tačka milion miliona srbije srbija uticaj predsednik čovek čoveka vera mleko reka uspeh ovde onde hteo',
  sl: 'pa kakor kjer tja nazaj že še ves vsa vso vsem vsega oni njo njim njega njej dejal rekel rekla vprašal odgovoril gledal stal hodil videl slišal gospa hiše hiši oče očeta mati srce bolj najbolj prav malo mnogo nič zdaj sedaj potem vedno nikoli tam tu semkaj bom boš bova ga jih jo mi nas jaz ti on ona sva sta ste naj le saj kajti ker ko če da torej jutra večera noč dan roki rokah prišel prišla šel šla in kaj kdo nekdo nihče vsak med tudi pri ki ker kot če ampak vendar zaradi glede torej tako lahko bil bila bilo ni niso bo bodo bomo sem smo so je leta letih let dan dneh teden tednu mesec mesecu januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra decembra ljudi ljudje otrok otroci hiša mesto država države vlada vlade predsednik evropski evropske slovenije slovenija slovenski slovenska vse vsi več manj zelo samo še že zdaj danes včeraj jutri kje kdaj kako zakaj okoli čas časa delo dela svet svetu svoj svoje njegov njen njihov nov nova novo velik velika dober dobro drugi druga prvi prva',
  cs: 'že jsem jsi jsme jste jsou který která které kteří když aby nebo však pouze také byl být bylo při jako ještě dnes řekl více než proto protože tak již svých jeho její jejich není může mohou mezi před s se v ve ke o od za po pro kde co jak již také toho tento těchto roce let lidí',
  sk: 'že som si sme ste sú ktorý ktorá ktoré ktorí keď aby alebo však iba tiež bol byť bolo pri ako ešte dnes povedal viac než preto pretože už svojich jeho jej ich nie je môže môžu medzi pred s so sa v vo ku aj čo ale toho tento týchto roku rokov ľudí',
  da: 'af efter blev være været hvad hvor hvem hvordan nogle noget nogen også mange meget gerne selv skal vil kunne skulle jer jeres dig mig sig bliver blive op ud ned hjem uge dage dag tid børn lige nu lidt sådan derfor idag igen imod mod uden hedder gør gøre siger sagde lave tage får fik lå gav kom vej hus bedre største første andre anden andet tyve halvtreds otte køb betyder ifølge måde side gang spørgsmål hverken både tidligere af sted bag ikke kun',
  nb: 'av etter ble vært hva hvor hvem hvordan noen noe også mange mye veldig gjerne selv skal vil kunne skulle dere deres deg meg seg blir bli opp ut ned hjem uke dager dag tid barn akkurat nå litt sånn slik derfor igjen mot uten heter gjør gjøre sier sa lage ta får fikk lå ga kom vei hus bedre største første andre annen annet tjue femti åtte kjøp betyr ifølge måte side gang spørsmål verken både tidligere sted bak ikke bare fram språk',
  nn: 'eg ikkje kva kven korleis kvar kvifor nokon noko mykje også sjølv de dykk deg meg seg vert vere vore opp heim veke dagar no slik difor att heiter gjer gjere seier ta får fekk låg gav kom veg betre største fyrste første andre annan anna tjue åtte kjøp tyder måte spørsmål både tidlegare stad ein eit ei dei desse frå mellom heile høyre ho',
  sv: 'av efter blev vara varit vad var vem hur några något någon också många mycket gärna själv ska vill kunna skulle ni er dig mig sig blir bli upp ut ner hem vecka dagar dag tid barn just nu lite sådan därför igen mot utan heter gör göra säger sade göra ta får fick låg gav kom väg hus bättre största första andra annan annat tjugo femtio åtta köp betyder enligt sätt sida gång fråga varken både tidigare ställe bakom inte och att är som från för på bara ej',
  id: 'karena bahwa anda kapan kemarin besok kantor mobil uang bisa berbeda mau cuma sekitar tersebut yaitu sejak maupun hingga kabupaten kecamatan provinsi polisi universitas internasional rumah sakit senin rabu kamis minggu februari maret april agustus desember menteri presiden pemerintah bupati gubernur saat ini sepeda pabrik gratis bahasa televisi jerman inggris prancis perancis belanda rusia jepang australia eropa asia ekonomi kualitas aktivitas fasilitas komunitas universitas delapan usaha perusahaan karyawan warga',
  ms: 'kerana bahawa awak bila semalam pejabat kereta wang berbeza hendak lebih kurang iaitu mahupun sehingga daerah wilayah polis universiti antarabangsa hospital isnin khamis ahad februari mac ogos disember menteri perdana kerajaan ketua basikal kilang percuma televisyen jerman inggeris perancis belanda rusia jepun eropah ekonomi kualiti aktiviti kemudahan komuniti lapan syarikat pekerja ialah beliau daripada bagi malaysia',
  pt: 'não são também mas muito uma um num numa nos nas aos às pelo pela com como sem até à é há já você seu sua isso isto ele ela eles elas onde quando então depois ainda só foi ser estar está estão tem têm fazer pessoas ano anos dia dias lhe lhes nesta neste desta deste ção mulher trabalho filho olho ontem hoje',
  gl: 'non son tamén pero moi unha un nun nunha nos nas aos ás polo pola con como sen ata á é hai xa vostede seu súa iso isto el ela eles elas onde cando entón despois aínda só foi ser estar está están ten teñen facer persoas xente ano anos día días lle lles nesta neste desta deste muller traballo fillo ollo onte hoxe xogo xunta galego galega galicia',
  es: 'y el los las del al con por para pero muy una no son también como sin hasta hay ya usted su sus eso esto él ella ellos ellas donde cuando entonces después aún sólo fue ser estar está están tiene tienen hacer personas gente año años día días le les mujer trabajo hijo ojo ayer hoy se lo que más así porque cuya mucho',
  ast: 'y el los les del al con por pa pero mui una nun son tamién como ensin hasta hai yá usté so los sos eso esto elli ella ellos elles onde cuando entós dempués entá namái foi ser tar ta tán tien tienen facer persones xente añu años día díes y-yos muyer trabayu fíu güeyu ayeri güei xuegu asturies asturianu que más',
  ca: 'i el els les del al amb per però molt una no són també com sense fins hi ha ja vostè seu seva això ell ella ells elles on quan llavors després encara només va ser estar està estan té tenen fer persones gent any anys dia dies li dona treball fill ull ahir avui més així perquè aquest aquesta què',
  bg: 'и на да се от за в във с със че е са не по като до към който която което които това този тази тези аз той тя те ще беше бяха съм също обаче само още вече при между след преди много още какво защо къде кога няма може трябва има някои всички',
  mk: 'и на да се од за во со дека е се не по како до кон кој која кое кои ова овој оваа овие јас тој таа тие ќе беше беа сум исто но само уште веќе при меѓу после пред многу што зошто каде кога нема може треба има некои сите',
  lv: 'un ir no par ar uz pie kas ka ko lai vai arī bet kā nav tiek tika bija būs gan tikai vēl jau šis šī pēc pirms starp kuru kur tas tā es viņš viņa mēs jūs',
  ltg: 'i ir nu par ar iz pi kas ka kū lai voi ari bet kai nav teik tyka beja byus gon viņ vēļ jau itys itei piec pyrma storp kurs kur tys tei es jis jei mes jius',
  lt: 'ir yra iš apie su į prie kas kad ką arba taip pat bet kaip nėra buvo bus tik dar jau šis ši po prieš tarp kurį kur tas ta aš jis ji mes jūs',
  et: 'ja on ei et see oli kui ning aga ka mis kes või ta nad siis veel juba pärast enne välja üle oma selle nii mida kus',
  fi: 'ja on ei että se oli kun sekä mutta myös mikä joka tai hän he sitten vielä jo jälkeen ennen ulos yli oma sen niin mitä missä ovat ollut',
  nl: 'het een en van ik niet zijn dat die is op te voor met aan ook er maar bij naar wat wordt door over uit heeft hebben deze nog geen kunnen zou zei zij hij werd jaar',
  af: "die 'n en van ek nie is dat wat op te vir met aan ook daar maar by na word deur oor uit het hierdie nog geen kan sou sê sy hy was jaar hulle ons",
  fy: 'it in en fan ik net is dat dy op te foar mei oan ek der mar by nei wat wurdt troch oer út hat dizze noch gjin kinne soe sei sy hy waard jier',
  de: 'der die das und ist nicht ein eine mit von zu auf für auch sich dem den des im es sie ich wir wird werden hat sind war bei nach aus über noch nur aber wie oder',
  lb: "de den d'een an ass net e eng mat vun ze op fir och sech dem am et si ech mir gëtt ginn huet sinn war bei no aus iwwer nach nëmmen awer wéi oder",
  nds: "de dat un is nich en een mit vun to op för ok sik den in't se ik wi warrt hett sünd weer bi na ut över noch man as oder",
  ru: 'и в не на что он с как это по но они мы из у за то же все так его от был она к вы когда для уже бы только ещё есть или если при был были этого который',
  uk: 'і в не на що він з як це по але вони ми із у за те ж всі так його від був вона до ви коли для вже би тільки ще є або якщо при було були цього який та та',
  be: 'і ў не на што ён з як гэта па але яны мы са у за тое ж усе так яго ад быў яна да вы калі для ўжо бы толькі яшчэ ёсць або калі пры было былі гэтага які',
  ga: 'agus an na ar ag le go is tá sé sí bhí ní mar sin seo ach ó do mé tú siad nach bhfuil atá raibh chun faoi idir leis',
  gd: 'agus an na air aig le gu is tha e i bha chan mar sin seo ach bho do mi thu iad nach eil robh gus fo eadar leis',
  hi: 'है हैं का की के में से को ने पर और यह वह था थी थे कि नहीं एक भी तो हो गया लिए कर',
  mr: 'आहे आहेत चा ची चे मध्ये ला ने वर आणि हा ही हे तो ती होता होती होते की नाही एक पण तर झाला साठी करून',
  ne: 'छ छन् हो को का की मा बाट लाई ले र यो त्यो थियो थिए कि छैन एक पनि तर भयो लागि गरेर गर्न',
  en: 'the of and to in that is was for with as his her he she not are from this have had they which would there been their my you',
  sco: 'the o an tae in that is wis for wi as his her he she nae no are frae this hae haed thay whilk wad thare been thair ma ye auld fowk',
}

/** What a mark is worth, in nats: as much as two letters that only one of the neighbours writes. */
export const MARK = 3

const groupsOf = new Map<string, Set<string>>()
for (const group of NEIGHBOURS) for (const language of group) groupsOf.set(language, new Set([...(groupsOf.get(language) ?? []), ...group]))

/** Whether the two stand in one group. */
export const areNeighbours = (one: string, other: string): boolean => one !== other && groupsOf.get(one)?.has(other) === true

const PRIME = 0x0100_0193
const BASIS = 0x811c_9dc5
/** FNV-1a over letters. */
const step = (hash: number, letter: number): number => Math.imul(hash ^ letter, PRIME)
const hashOf = (word: string): number => {
  let hash = BASIS
  for (let at = 0; at < word.length; at++) hash = step(hash, word.charCodeAt(at))
  return hash
}

const MARKS_OF = new Map<string, Set<number>>()
for (const [languages, words] of Object.entries(MARKS))
  for (const language of languages.split(' '))
    MARKS_OF.set(language, new Set([...(MARKS_OF.get(language) ?? []), ...words.split(' ').map(hashOf)]))

/**
 * By how many marks the text speaks for `one` rather than for `other`; a word that both have counts for neither.
 * Letters as `lettersOf` writes them.
 */
export const marksBetween = (one: string, other: string, letters: Uint16Array, count: number): number => {
  const [ours, theirs] = [MARKS_OF.get(one), MARKS_OF.get(other)]
  if (ours === undefined || theirs === undefined) return 0
  let balance = 0
  let hash = BASIS
  for (let at = 1; at < count; at++) {
    const letter = letters[at] ?? GAP
    if (letter !== GAP) {
      hash = step(hash, letter)
      continue
    }
    balance += Number(ours.has(hash)) - Number(theirs.has(hash))
    hash = BASIS
  }
  return balance
}
