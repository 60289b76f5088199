// Words of every day that a declaration of rights lacks: who speaks to whom, was and said, when and where. Written for this model, from grammar;
// a row with several languages holds what they share, so that none of them gains by it over the others.

/** Languages, and lower-case words that belong to all of them. */
export const EVERYDAY: readonly (readonly [languages: string, words: string])[] = [
  [
    'bg',
    'аз ти той тя ние вие беше бяха съм съм съм бил казва каза който която които това тези обаче защото кога къде как много малко вече днес вчера утре още само също ще няма има след преди при година години ден дни между докато ли ме го му им',
  ],
  [
    'mk',
    'јас ти тој таа ние вие беше беа сум сме рече вели кој која кои ова овие но затоа зошто кога каде како многу малку веќе денес вчера утре уште само исто ќе нема има после пред при година години ден дена меѓу додека ли ме го му им',
  ],
  [
    'hr bs sr',
    'ja ti on ona mi vi sam si smo ste je su bio bila bilo bili nije nisu kaže rekao rekla koji koja koje kada gdje kako zašto jer ali samo još već danas jučer sutra nakon prije oko godine godina godinu dan dana između dok možda ima nema biti više vrlo mnogo svoj svoje ovaj taj ovo ova ga mu joj ih im me nas mogu moguće potrebno sve svi svaki svaka ako ili nego bez kroz zbog protiv sada tamo ovdje nešto neki druga drugi prvi prva novo nova dobro dobar velika malo manje najviše bolje zatim inače odnosno upravo zajedno ništa njegov njezin njihov morali imaju imao imala ide išao došao vidio neka ću ćeš će ćemo ćete bismo biste bih',
  ],
  [
    'hr',
    'što tko tijekom također tjedan siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca uvjeti uvjet tisuća općina općine sustav sustava glazba vlak zrakoplov tvrtka tvrtke računalo povijest kazalište zajednica stoljeće stoljeća izvješće priopćio',
  ],
  [
    'cs',
    'já ty on ona my vy jsem jsi jsme jste byl byla bylo byli není nejsou bude budou říká řekl řekla který která které když kde jak proč protože ale jen ještě už dnes včera zítra také však po před kolem roku let rok den dny mezi zatímco možná může mohl velmi mnoho svůj své tento toto tato ho mu ji jich jim nás tedy asi třeba není',
  ],
  [
    'sk',
    'ja ty on ona my vy som si sme ste bol bola bolo boli nie je nie sú bude budú hovorí povedal povedala ktorý ktorá ktoré keď kde ako prečo pretože ale len ešte už dnes včera zajtra tiež však po pred okolo roku rokov rok deň dni medzi zatiaľ možno môže mohol veľmi veľa svoj svoje tento toto táto ho mu ju ich im nás teda asi treba aj či',
  ],
  [
    'sl',
    'jaz ti on ona mi vi sem si smo ste je so bil bila bilo bili ni niso bo bodo pravi rekel rekla kateri katera katero ki ko kje kako zakaj ker ampak samo še že danes včeraj jutri tudi pa po pred okoli leta let leto dan dni med medtem morda lahko zelo veliko svoj svoje ta to ga mu jo jih jim nas nam torej kaj kot tako sva bi lahko mogoče potrebno vse vsi vsak vsaka vsako kjer če ker brez skozi zaradi glede proti okrog sedaj zdaj tam tukaj nekaj nekateri nekatere drugi druga drugo prvi prva novo nova nov dobro dober slabo več manj najbolj potem nato dokler namreč sicer oziroma predvsem prav skupaj nič nihče nekdo kdo komu njegov njena njihov morali moral imajo imel imela gre šel prišel videl naj bomo boste bodo bom boš',
  ],
  [
    'hsb',
    'ja ty wón wona my wy sym sy smy sće je su był była było byli njeje njejsu budźe budu praji rjekny kotryž kotraž kotrež hdyž hdźe kak čehodla dokelž ale jenož hišće hižo dźensa wčera jutře tež po před lěta lět lěto dźeń mjez móže jara wjele swój tutón',
  ],
  [
    'pl',
    'ja ty on ona my wy jestem jesteś jesteśmy był była było byli nie ma są będzie będą mówi powiedział powiedziała który która które kiedy gdzie jak dlaczego ponieważ ale tylko jeszcze już dziś wczoraj jutro też jednak po przed około roku lat rok dzień dni między podczas może mógł bardzo dużo swój swoje ten to ta go mu ją ich im nas więc chyba trzeba się',
  ],
  [
    'da',
    'jeg du han hun vi I var er blev været har havde siger sagde som når hvor hvordan hvorfor fordi men kun endnu allerede i dag i går i morgen også dog efter før omkring året år dag dage mellem mens måske kan kunne meget mange sin sit sine denne dette disse ham hende dem os så af noget ikke bliver blive selv nu mig dig',
  ],
  [
    'nb',
    'jeg du han hun vi dere var er ble vært har hadde sier sa som når hvor hvordan hvorfor fordi men bare ennå allerede i dag i går i morgen også likevel etter før rundt året år dag dager mellom mens kanskje kan kunne veldig mange sin sitt sine denne dette disse ham henne dem oss så av noe ikke blir bli selv nå meg deg',
  ],
  [
    'nn',
    'eg du han ho vi de var er vart vore har hadde seier sa som når kvar korleis kvifor fordi men berre enno allereie i dag i går i morgon også likevel etter før rundt året år dag dagar mellom medan kanskje kan kunne veldig mange sin sitt sine denne dette desse han henne dei oss så av noko ikkje blir bli sjølv no meg deg',
  ],
  [
    'sv',
    'jag du han hon vi ni var är blev varit har hade säger sade sa som när var hur varför eftersom men bara ännu redan idag igår imorgon också dock efter före omkring året år dag dagar mellan medan kanske kan kunde mycket många sin sitt sina denna detta dessa honom henne dem oss så av något inte blir bli själv nu mig dig och att på',
  ],
  [
    'is',
    'ég þú hann hún við þið var er voru verið hefur hafði segir sagði sem þegar hvar hvernig hvers vegna því en bara enn þegar í dag í gær á morgun líka eftir áður um árið ár dagur daga milli kannski getur mjög margir sinn þessi þetta þeir þær þau okkur svo af eitthvað ekki verður vera nú mig þig og að',
  ],
  [
    'fo',
    'eg tú hann hon vit tit var er vóru verið hevur hevði sigur segði sum tá hvar hvussu hví tí men bara enn longu í dag í gjár í morgin eisini eftir áðrenn um árið ár dagur dagar millum kanska kann sera nógv sín hesin hetta teir tær tey okkum so av okkurt ikki verður vera nú meg teg og at',
  ],
  [
    'nl',
    'ik jij hij zij ze wij we jullie was waren ben bent is geweest heeft had hebben zegt zei die dat wanneer waar hoe waarom omdat maar alleen nog al vandaag gisteren morgen ook echter na voor ongeveer jaar jaren dag dagen tussen terwijl misschien kan kon zeer veel zijn haar deze dit hem hen ons zo van iets niet wordt worden zelf nu mij je er wel',
  ],
  [
    'af',
    'ek jy hy sy ons julle was is gewees het sê gesê wat dat wanneer waar hoe hoekom omdat maar net nog reeds vandag gister môre ook egter na voor ongeveer jaar jare dag dae tussen terwyl miskien kan kon baie sy haar hierdie hom hulle so van iets nie word self nou my jou',
  ],
  [
    'fy',
    'ik do hy sy wy jim wie wiene bin bist is west hat hie sei seit dy dat wannear wêr hoe wêrom om’t mar allinne noch al hjoed juster moarn ek nei foar likernôch jier dei dagen tusken wylst miskien kin koe tige folle har dizze dit him har ús sa fan wat net wurdt sels no my',
  ],
  [
    'en',
    'i you he she it we they was were am been is had said says which when where how why because but only still already today yesterday tomorrow also however after before about year years day days between while maybe could would very much many his her its this these him them us so of something not become self now me my your just what there',
  ],
  [
    'sco',
    'a ye he she it we thay wis war am been is haed said says whilk whan whaur hou why acause but anerly aye aareadies the day yestreen the morn an aw efter afore aboot year years day days atween whiles mebbe could wad gey muckle mony his her its this thir him thaim us sae o something no become nou me ma yer juist whit thare nae dinna cannae',
  ],
  [
    'et',
    'mina sina tema ta me te nemad nad oli olid olen oled on olnud pole ei ütleb ütles kes mis kui kus kuidas miks sest aga ainult veel juba täna eile homme samuti pärast enne umbes aasta aastat aastal päev päeva vahel võib olla võis väga palju oma see selle need teda neid meid nii midagi saab saada ise nüüd mind mulle siis ka vaid ning kuid seda selle sellest nende olema tuleb peab mitte välja juurde kohta kõik millal pole veel üle alla läbi jooksul poolt vastu ilma kaudu eest järel keegi midagi mõni teine uus uue suur hea parem rohkem vähem',
  ],
  [
    'fi',
    'minä sinä hän me te he oli olivat olen olet on ollut ei eivät sanoo sanoi joka jotka kun missä miten miksi koska mutta vain vielä jo tänään eilen huomenna myös kuitenkin jälkeen ennen noin vuosi vuotta vuonna päivä päivää välillä ehkä voi voisi hyvin paljon oma tämä tämän nämä häntä heitä meitä niin jotain tulee tulla itse nyt minua minulle sitten että eivät sekä kuin jos mukaan vuoden jonka kanssa pitää kaikki milloin vielä yli alle läpi aikana vastaan ilman kautta edessä jälkeen joku jotakin toinen uusi uuden suuri hyvä parempi enemmän vähemmän',
  ],
  [
    'fr',
    'je tu il elle on nous vous ils elles était étaient suis es est été a avait dit disait qui que quand où comment pourquoi parce mais seulement encore déjà aujourd’hui hier demain aussi cependant après avant environ année années jour jours entre pendant peut-être peut pouvait très beaucoup son sa ses ce cette ces lui leur eux si de quelque chose ne pas devient même maintenant moi toi y en ça',
  ],
  [
    'oc',
    'ieu tu el ela nosautres vosautres eles elas èra èran soi es estat a aviá ditz disiá qui que quora ont coma perqué mas solament encara ja uèi ièr deman tanben pasmens aprèp abans environ annada annadas jorn jorns entre pendent benlèu pòt podiá plan fòrça son sa sos aquel aquela aquestes li lor quicòm non pas ven ara me te',
  ],
  [
    'de',
    'ich du er sie es wir ihr war waren bin bist ist gewesen hat hatte haben sagt sagte der die das wann wo wie warum weil aber nur noch schon heute gestern morgen auch jedoch nach vor etwa jahr jahre jahren tag tage zwischen während vielleicht kann konnte sehr viel viele sein seine dieser diese dieses ihm ihn ihnen uns so von etwas nicht wird werden selbst jetzt mich mir dich dann da mal',
  ],
  [
    'nds',
    'ik du he se wi ji weer weren bün büst is west hett harr seggt sä de dat wannehr wo woans worüm wieldat man bloots noch al hüüt güstern morgen ok na vör üm johr johren dag daag twüschen villicht kann kunn bannig veel sien disse em jem uns so vun wat nich warrt sülvst nu mi di denn',
  ],
  [
    'lb',
    'ech du hien si mir dir war waren sinn bass ass gewiescht huet hat soen sot deen déi dat wéini wou wéi firwat well awer nëmmen nach schonn haut gëschter muer och no virun ongeféier joer deeg dag tëschent wärend vläicht kann konnt ganz vill seng dësen dës him hinnen eis esou vun eppes net gëtt ginn selwer elo mech mir',
  ],
  [
    'el',
    'εγώ εσύ αυτός αυτή εμείς εσείς ήταν είμαι είναι είχε έχει λέει είπε που όταν πού πώς γιατί επειδή αλλά μόνο ακόμα ήδη σήμερα χθες αύριο επίσης όμως μετά πριν περίπου χρόνια έτος ημέρα ημέρες μεταξύ ενώ ίσως μπορεί πολύ πολλά του της αυτό αυτά τον την μας έτσι από κάτι δεν θα γίνει τώρα με σε',
  ],
  [
    'hu',
    'én te ő mi ti ők volt voltak vagyok vagy van nincs lesz mondja mondta aki amely ami amikor hol hogyan miért mert de csak még már ma tegnap holnap is azonban után előtt körülbelül év évek éve nap napok között miközben talán lehet nagyon sok ez ezek az azok őt őket minket úgy valami nem lett maga most engem nekem hogy meg el ki volna',
  ],
  [
    'ga',
    'mé tú sé sí muid sibh siad bhí tá níl raibh beidh is ba dúirt deir a nuair cá conas cén fáth mar ach amháin fós cheana inniu inné amárach freisin áfach tar éis roimh thart bliain bliana lá laethanta idir fad b’fhéidir féidir an-mhaith go leor a mo do seo sin é í iad muid chomh de rud éigin ní dhéanamh féin anois mé agus ag ar le chun chuaigh tháinig',
  ],
  [
    'gd',
    'mi thu e i sinn sibh iad bha tha chan eil robh bidh is bu thuirt a nuair càite ciamar carson oir ach a-mhàin fhathast mar-thà an-diugh an-dè a-màireach cuideachd ge-tà às dèidh ro mu bliadhna bliadhnaichean là làithean eadar ’s dòcha urrainn glè mòran mo do seo sin cho de rudeigin cha dèanamh fhèin a-nis mi agus aig air le airson chaidh thàinig',
  ],
  [
    'it',
    'io tu lui lei noi voi loro era erano sono sei è stato ha aveva dice disse detto che chi quando dove come perché ma solo ancora già oggi ieri domani anche però dopo prima circa anno anni giorno giorni tra mentre forse può poteva molto molti suo sua suoi questo questa questi gli lo li ci così di qualcosa non diventa stesso ora adesso mi ti poi più c’è',
  ],
  [
    'lv',
    'es tu viņš viņa mēs jūs viņi bija esmu ir nav bijis būs saka teica kurš kas kad kur kā kāpēc jo bet tikai vēl jau šodien vakar rīt arī tomēr pēc pirms apmēram gads gadu gadā diena dienas starp kamēr varbūt var varēja ļoti daudz savu šis šī tas tā viņu mūs tik kaut ko ne kļūst pats tagad man mani tad lai no uz ar',
  ],
  [
    'ltg',
    'es tu jis jei mes jius jī beja asmu ir nav bejs byus soka saceja kurs kas kod kur kai deļkuo partū bet viņ vēļ jau šudiņ vakar reit ari piec pyrma gods godu godā dīna dīnas storp varbyut var varēja cīši daudz sovu itys itei tys tei jū myus kaut kū nā pats tagad maņ',
  ],
  [
    'lt',
    'aš tu jis ji mes jūs jie buvo esu yra nėra buvęs bus sako sakė kuris kas kai kur kaip kodėl nes bet tik dar jau šiandien vakar rytoj taip pat tačiau po prieš apie metai metų metais diena dienos tarp kol galbūt gali galėjo labai daug savo šis ši tas ta jį ją mus toks kažkas ne tampa pats dabar man mane tada kad iš į su',
  ],
  [
    'mt',
    'jien int hu hi aħna intom huma kien kienet kienu huwa hija mhux ikun qal qalet jgħid li meta fejn kif għaliex għax imma biss għad diġà llum ilbieraħ għada wkoll madankollu wara qabel madwar sena snin jum jiem bejn waqt forsi jista’ seta’ ħafna tiegħu tagħha dan din dawn lilu lilha lilna hekk minn xi ħaġa ma mar ġie nnifsu issa lili mal tal fil bil għal sar qed se',
  ],
  [
    'pt',
    'eu tu você ele ela nós vocês eles elas era eram sou és é foi sido tem tinha diz disse que quem quando onde como porquê porque mas só apenas ainda já hoje ontem amanhã também porém depois antes cerca ano anos dia dias entre enquanto talvez pode podia muito muitos seu sua seus este esta isto isso ele lhe lhes nos assim de algo não torna mesmo agora me te mim então há até num numa uma um',
  ],
  [
    'gl',
    'eu ti vostede el ela nós vós eles elas era eran son es é foi sido ten tiña di dixo que quen cando onde como porque pero só aínda xa hoxe onte mañá tamén porén despois antes preto ano anos día días entre mentres quizais pode podía moi moito moitos seu súa seus este esta isto iso lle lles nos así de algo non mesmo agora me te min entón hai ata nun nunha unha un',
  ],
  [
    'es',
    'yo tú usted él ella nosotros vosotros ellos ellas era eran soy eres es fue sido ha había dice dijo que quien cuando dónde cómo porque pero sólo solo aún ya hoy ayer mañana también sin embargo después antes cerca año años día días entre mientras quizás puede podía muy mucho muchos su sus este esta esto eso le les nos así de algo no vuelve mismo ahora me te mí entonces hay hasta una un',
  ],
  [
    'ast',
    'yo tu elli ella nós vós ellos elles yera yeren soi yes ye foi sío tien tenía diz dixo que quien cuando ónde cómo porque pero namái entá yá güei ayeri mañana tamién sicasí dempués antes cerca añu años día díes ente mientres quiciabes pue podía mui munchu munchos el so esti esta esto eso-y -yos nos asina de daqué nun mesmu agora me te entós hai hasta una un',
  ],
  [
    'ca',
    'jo tu vostè ell ella nosaltres vosaltres ells elles era eren sóc ets és va ser estat ha havia diu va dir que qui quan on com perquè però només encara ja avui ahir demà també tanmateix després abans prop any anys dia dies entre mentre potser pot podia molt molts seu seva seus aquest aquesta això allò li els ens així de alguna cosa no mateix ara em et mi llavors hi ha fins una un amb',
  ],
  [
    'ro',
    'eu tu el ea noi voi ei ele era erau sunt ești este fost a avea au spune spus zis care cine când unde cum de ce pentru că dar doar încă deja astăzi azi ieri mâine și totuși după înainte aproximativ an ani zi zile între timp poate putea foarte mult mulți său sa acest această aceste îl le ne așa din ceva nu devine însuși acum mă te mi atunci să va fi lui pe cu',
  ],
  [
    'sq',
    'unë ti ai ajo ne ju ata ato ishte ishin jam je është qenë ka kishte thotë tha që kush kur ku si pse sepse por vetëm ende tashmë sot dje nesër edhe megjithatë pas para rreth vit vite ditë midis ndërsa ndoshta mund shumë tij saj ky kjo këto atë na kështu nga diçka nuk bëhet vetë tani më të mua atëherë do me në',
  ],
  [
    'id ms',
    'saya aku kamu dia kami kita mereka adalah ini itu yang ada tidak bukan akan sudah telah belum masih sedang juga hanya lagi kata berkata siapa apa bila mana bagaimana mengapa tetapi hari tahun bulan setelah sebelum antara ketika mungkin dapat boleh sangat banyak dengan dari ke di pada untuk sendiri sekarang jika oleh seperti orang rumah',
  ],
  [
    'id',
    'karena anda kapan kemarin besok kantor mobil uang bisa berbeda mau cuma kalau namun menjadi sekitar selama para tersebut yaitu sejak maupun serta hingga warga desa kabupaten provinsi polisi tidak bisa menurut lalu oleh karena itu harus pula dimana sehingga adanya dilakukan digunakan merupakan sedangkan terhadap melalui sampai berapa nomor alamat gambar berkas simpan buka tutup tampilkan silakan mencoba ingin butuh perlu cari pakai beli datang pergi bicara',
  ],
  [
    'ms',
    'kerana awak bila semalam esok pejabat kereta wang boleh berbeza hendak cuma kalau namun menjadi sekitar selama para tersebut iaitu sejak mahupun serta sehingga warga kampung daerah negeri polis daripada ialah ketika beliau bagi',
  ],
  [
    'tr',
    'ben sen o biz siz onlar idi vardı var yok değil olarak oldu olan dedi diyor ki kim ne zaman nerede nasıl neden çünkü ama sadece hâlâ artık bugün dün yarın da de ancak sonra önce yaklaşık yıl yıllar gün günler arasında iken belki olabilir çok birçok kendi bu şu ona onu bize böyle bir şey şimdi beni bana gibi için ile',
  ],
  [
    'vi',
    'tôi bạn anh chị em ông bà chúng ta họ nó là đã đang sẽ không có nói rằng ai gì khi nào ở đâu thế nào tại sao vì nhưng chỉ còn rồi hôm nay hôm qua ngày mai cũng tuy nhiên sau trước khoảng năm ngày giữa trong lúc có thể rất nhiều của này kia đó như một cái thì được bị mình bây giờ và với cho từ đến',
  ],
  [
    'sw',
    'mimi wewe yeye sisi ninyi wao alikuwa walikuwa ni si amekuwa ana alisema anasema ambaye nani lini wapi vipi jinsi kwa nini kwa sababu lakini tu bado tayari leo jana kesho pia hata hivyo baada kabla karibu mwaka miaka siku kati wakati labda anaweza sana wengi yake wake huyu hii hizi hao sisi hivyo ya kitu kuwa mwenyewe sasa yangu kisha hapa huko cha la za katika kutoka watu',
  ],
  [
    'yo',
    'èmi ìwọ òun àwa ẹ̀yin àwọn mo o ó a wọ́n jẹ́ ni kì í ti ń máa yóò sọ pé wí tani ta ni nígbà tí níbo báwo kí ló dé nítorí ṣùgbọ́n nìkan tún báyìí lónìí lánàá lọ́la pẹ̀lú lẹ́yìn kí tó ọdún ọjọ́ láàárín bóyá lè gan púpọ̀ rẹ̀ yìí náà èyí un bẹ́ẹ̀ láti nǹkan kò di fúnra mi wa bí wá lọ ṣe sí fún ilé ènìyàn',
  ],
  [
    'hi',
    'मैं तुम आप वह वे हम था थे थी हूँ है हैं रहा रही कहा कहते जो कौन कब कहाँ कैसे क्यों क्योंकि लेकिन केवल अभी आज कल भी हालांकि बाद पहले लगभग साल वर्ष दिन बीच जबकि शायद सकता सकते बहुत अपना अपनी यह ये उसे उन्हें हमें इस कुछ नहीं गया गई अब मुझे तो ही ने को से पर',
  ],
  [
    'mr',
    'मी तू तुम्ही तो ती ते आम्ही होता होती होते आहे आहेत म्हणाला म्हणतो जो कोण केव्हा कुठे कसे का कारण पण फक्त अजून आज काल उद्या सुद्धा नंतर आधी सुमारे वर्ष दिवस मध्ये कदाचित शकतो खूप आपला हा ही हे त्याला त्यांना आम्हाला असे काही नाही गेला आता मला तर च ने ला',
  ],
  [
    'ne',
    'म तिमी तपाईं ऊ उनी हामी थियो थिए हुँ हो छ छन् भने भन्छ जो को कहिले कहाँ कसरी किन किनभने तर मात्र अझै आज हिजो भोलि पनि पछि अघि करिब वर्ष दिन बीच सायद सक्छ धेरै आफ्नो यो यी उसलाई हामीलाई यस्तो केही छैन भयो अब मलाई ले लाई बाट मा',
  ],
  [
    'ar',
    'أنا أنت هو هي نحن هم كان كانت كانوا يكون ليس قال قالت يقول الذي التي من متى أين كيف لماذا لأن لكن فقط بعد اليوم أمس غدا أيضا ومع ذلك قبل حوالي عام سنة يوم أيام بين بينما ربما يمكن جدا كثير هذا هذه ذلك له لها لهم لنا هكذا شيء لا لم لن قد أصبح الآن ثم حتى عن منذ خلال',
  ],
  [
    'fa',
    'من تو او ما شما آنها بود بودند هستم است نیست شده گفت می گوید که چه کسی کی کجا چگونه چرا زیرا اما فقط هنوز امروز دیروز فردا نیز پس از پیش حدود سال روز بین شاید می تواند بسیار خود این آن را به در با چیزی نمی اکنون مرا تا برای',
  ],
  [
    'ur',
    'میں تم آپ وہ ہم تھا تھے تھی ہوں ہے ہیں رہا کہا کہتے جو کون کب کہاں کیسے کیوں کیونکہ لیکن صرف ابھی آج کل بھی بعد پہلے تقریبا سال دن درمیان شاید سکتا بہت اپنا یہ اسے انہیں ہمیں اس کچھ نہیں گیا اب مجھے تو ہی نے کو سے پر',
  ],
  [
    'ru',
    'я ты он она мы вы они был была было были есть нет сказал сказала говорит который которая когда где как почему потому но только ещё уже сегодня вчера завтра также однако после до около год года лет день дней между пока может мог очень много свой это эти его её их нам так из что-то не стал сам сейчас меня мне бы же',
  ],
  [
    'uk',
    'я ти він вона ми ви вони був була було були є немає сказав сказала каже який яка коли де як чому тому але тільки ще вже сьогодні вчора завтра також проте після до близько рік року років день днів між поки може міг дуже багато свій це ці його її їх нам так з щось не став сам зараз мене мені би ж та що',
  ],
  [
    'be',
    'я ты ён яна мы вы яны быў была было былі ёсць няма сказаў сказала кажа які якая калі дзе як чаму таму але толькі яшчэ ўжо сёння ўчора заўтра таксама аднак пасля да каля год года гадоў дзень дзён паміж пакуль можа мог вельмі шмат свой гэта гэтыя яго яе іх нам так з нешта не стаў сам зараз мяне мне бы ж што',
  ],
  [
    'bn',
    'আমি তুমি আপনি সে তিনি আমরা তারা ছিল ছিলেন আছে হয় হয়েছে নয় বলেন বলল যে কে কখন কোথায় কেমন কেন কারণ কিন্তু শুধু এখনও আজ গতকাল আগামীকাল ও তবে পরে আগে প্রায় বছর দিন মধ্যে হয়তো পারে খুব অনেক নিজের এই সেই তাকে তাদের আমাদের এমন কিছু না হয়ে এখন আমাকে',
  ],
  [
    'zh',
    '我 你 他 她 我们 你们 他们 是 有 没有 在 了 的 说 谁 什么 时候 哪里 怎么 为什么 因为 但是 只 还 已经 今天 昨天 明天 也 然后 以前 大约 年 月 日 天 之间 可能 可以 很 多 这 那 个 和 到 就 都 要 会 上 下 中 大 小 来 去 做 看 想 与 为 其',
  ],
  [
    'zh',
    '我 你 他 她 我們 你們 他們 是 有 沒有 在 了 的 說 誰 什麼 時候 哪裡 怎麼 為什麼 因為 但是 只 還 已經 今天 昨天 明天 也 然後 以前 大約 年 月 日 天 之間 可能 可以 很 多 這 那 個 和 到 就 都 要 會 上 下 中 大 小 來 去 做 看 想 與 為 其',
  ],
  [
    'ja',
    '私 僕 彼 彼女 です ます でした ました だった である ない いる ある した して から まで これ それ あれ この その どこ いつ なぜ だれ 何 しかし だけ まだ もう 今日 昨日 明日 も ため よう こと もの とき 年 月 日 人 など また では には とは という として について',
  ],
  [
    'ko',
    '나는 너는 그는 그녀는 우리는 그들은 이다 있다 없다 했다 였다 있는 하는 말했다 누구 언제 어디 어떻게 왜 때문에 그러나 하지만 아직 이미 오늘 어제 내일 또한 후 전 약 년 월 일 사이 아마 수 매우 많은 이 그 저 것 에서 으로 에게 부터 까지 지금',
  ],
  [
    'th',
    'ผม ฉัน คุณ เขา เธอ เรา พวกเขา เป็น คือ มี ไม่ ได้ จะ แล้ว กำลัง พูด ว่า ใคร อะไร เมื่อไร ที่ไหน อย่างไร ทำไม เพราะ แต่ เท่านั้น ยัง วันนี้ เมื่อวาน พรุ่งนี้ ก็ หลัง ก่อน ประมาณ ปี วัน ระหว่าง อาจ มาก นี้ นั้น ของ ใน จาก ไป มา ให้',
  ],
  [
    'ta',
    'நான் நீ அவன் அவள் அவர் நாங்கள் அவர்கள் இருந்தது உள்ளது இல்லை என்று கூறினார் யார் எப்போது எங்கே எப்படி ஏன் ஆனால் மட்டும் இன்னும் இன்று நேற்று நாளை பின்னர் முன்பு ஆண்டு நாள் இடையே மிகவும் பல இந்த அந்த ஒரு இப்போது',
  ],
]
