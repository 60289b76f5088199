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
  [
    'et',
    'inimene inimesed inimeste mees naine laps lapsed maja linn linna riik riigi töö tööd elu maailm maailma asi asja raha käsi silm pea kool koolis raamat sõna keel auto tee teed uks vesi poeg tütar isa ema sõber valitsus minister president politsei ettevõte turg hind mängija meeskond võitis sõda ajal aeg aega kord esimene viimane noor vana pikk lühike must valge läks tuli tegi tehti ütleb arvab tahab teab näeb annab võtab jäi pani leidis algas rääkis küsis vastas tundus peaks oleks saaks ikka alati kunagi praegu seal siin sinna siia kuhu miski üks kaks kolm neli viis kuus sada tuhat miljon protsenti',
  ],
  [
    'sk',
    'človek ľudia ľudí muž žena deti dieťa dom mesto meste krajina krajiny štát štátu práca práce život života svet sveta vec peniaze ruka oči hlava škola škole kniha slovo jazyk auto cesta dvere voda syn dcéra otec matka priateľ vláda vlády minister prezident polícia firma spoločnosť trh cena hráč vyhral vojna čas času prvý posledný mladý starý nový dlhý čierny biely prišiel išiel urobil myslí chce vie vidí dáva berie zostal našiel začal hovoril pýtal odpovedal by mal mali mohli vždy nikdy teraz tam tu sem kam jeden dva tri štyri päť sto tisíc milión percent ktorého ktorej ktorých ktorým počas podľa proti bez kvôli cez svojom svojho jeho ešte úplne práve tým tak takže hoci keďže lebo však pritom stále naozaj dobre veľký malý celý každý všetky všetko niekto niečo nikto nič',
  ],
  [
    'cs',
    'člověk lidé lidí muž žena děti dítě dům město městě země stát státu práce život života svět světa věc peníze ruka oči hlava škola škole kniha slovo jazyk auto cesta dveře voda syn dcera otec matka přítel vláda vlády ministr prezident policie firma společnost trh cena hráč vyhrál válka čas času první poslední mladý starý nový dlouhý černý bílý přišel šel udělal myslí chce ví vidí dává bere zůstal našel začal mluvil ptal odpověděl měl měli mohli vždy nikdy teď nyní tam tady sem kam jeden dva tři čtyři pět sto tisíc milion procent kterého které kterých kterým během podle proti bez kvůli přes svém svého ještě úplně právě tím takže ačkoli přitom stále opravdu dobře velký malý celý každý všechny všechno někdo něco nikdo nic',
  ],
  [
    'sl',
    'človek ljudje ljudi moški ženska otroci otrok hiša mesto mestu dežela država državi delo življenje življenja svet sveta stvar denar roka oči glava šola šoli knjiga beseda jezik avto cesta vrata voda sin hči oče mati prijatelj vlada minister predsednik policija podjetje družba trg cena igralec zmagal vojna čas zadnji mlad star dolg črn bel prišel šel naredil misli hoče ve vidi daje vzel ostal našel začel govoril vprašal odgovoril vedno nikoli tukaj sem kam ena dva tri štiri pet sto tisoč milijon odstotkov katerega kateri katerih med po brez čez svojem svojega popolnoma ravno tako čeprav medtem vendar res velik majhen cel vsak vse nekdo nekaj nihče bilo bila bili smo ste',
  ],
  [
    'hr bs',
    'čovjek ljudi ljudima muškarac žena djeca dijete kuća grad gradu zemlja država državi posao život života svijet svijeta stvar novac ruka oči glava škola školi knjiga riječ jezik cesta vrata voda sin kći otac majka prijatelj vlada ministar predsjednik policija društvo cijena igrač pobijedio rat vrijeme vremena posljednji mlad star dug crn bijel došao otišao napravio misli hoće zna vidi daje uzeo ostao našao počeo govorio pitao odgovorio uvijek nikad nikada ondje tu jedan dva tri četiri pet sto posto kojeg kojoj kojih kojim bez kroz svom svoga potpuno baš tako iako međutim stvarno velik mali cijeli svaki sve nešto bi trebao trebala moglo htjela željela rekli kazao kazala naime stoga dakle',
  ],
  [
    'en',
    'people man woman men women child children house city country state work life world thing money hand eye head school book word language car road door water son daughter father mother friend government minister president police company market price player team won war time times first last young old new long black white came went made think thinks want know knows see give take took left found began asked answered told got get go going come look looking like good great little big few much well really here back down out off over up into than then too never always again away around through under while against during another every each something nothing someone one two three four five hundred thousand million percent week month today night home room place way part point case group problem fact',
  ],
  [
    'de',
    'mensch menschen mann frau kind kinder haus stadt land staat arbeit leben welt sache geld hand auge kopf schule buch wort sprache auto straße tür wasser sohn tochter vater mutter freund regierung minister präsident polizei firma unternehmen markt preis spieler mannschaft gewann krieg zeit erste ersten letzte letzten jung alt neu neue neuen lang schwarz weiß kam ging machte gemacht denkt will weiß sieht gibt nimmt blieb fand begann sprach fragte antwortete konnte könnte sollte würde hätte wäre müssen muss immer nie niemals hier dort dahin wohin ein eine einen einem einer eines zwei drei vier fünf hundert tausend million prozent woche monat abend nacht hause zimmer ort weg teil fall gruppe problem bereits sowie sehr ganz wieder mehr dabei damit darauf dazu davon dass ob wenn als doch etwa gegen ohne durch unter über zum zur beim vom ins am im',
  ],
  [
    'nl',
    'mens mensen man vrouw kind kinderen huis stad land staat werk leven wereld ding geld hand oog hoofd school boek woord taal auto weg deur water zoon dochter vader moeder vriend regering minister president politie bedrijf markt prijs speler ploeg won oorlog tijd eerste laatste jong oud nieuw nieuwe lang zwart wit kwam ging maakte gemaakt denkt wil weet ziet geeft neemt bleef vond begon sprak vroeg antwoordde zou zouden moet moeten altijd nooit hier daar waarheen een twee drie vier vijf honderd duizend miljoen procent week maand avond nacht thuis kamer plaats deel geval groep probleem reeds alsook heel weer meer daarbij daarmee daarop daartoe dat of als toch tegen zonder door onder over bij naar uit aan het de en',
  ],
  [
    'da',
    'mennesker mand kvinde barn børn hus by land stat arbejde liv verden ting penge hånd øje hoved skole bog ord sprog bil vej dør vand søn datter far mor ven regering minister præsident politi firma marked pris spiller hold vandt krig tid første sidste ung gammel ny nye lang sort hvid kom gik gjorde gjort tror ved ser giver tager tog fandt begyndte talte spurgte svarede skulle ville burde altid aldrig her der derhen en to tre fire fem hundrede tusind million procent uge måned aften nat hjemme værelse sted del tilfælde gruppe problem meget hele mere dermed derfor at om hvis dog imod uden gennem under over ved fra ud af',
  ],
  [
    'nb',
    'mennesker mann kvinne barn hus by land stat arbeid liv verden ting penger hånd øye hode skole bok ord språk bil vei dør vann sønn datter far mor venn regjering minister president politi firma marked pris spiller lag vant krig tid første siste ung gammel ny nye lang svart hvit kom gikk gjorde gjort tror vet ser gir tar tok fant begynte snakket spurte svarte skulle ville burde alltid aldri her der dit en to tre fire fem hundre tusen million prosent uke måned kveld natt hjemme rom sted del tilfelle gruppe problem hele mer dermed derfor om hvis mot uten gjennom under over ved fra ut av',
  ],
  [
    'sv',
    'människor man kvinna barn hus stad land stat arbete liv värld sak pengar hand öga huvud skola bok ord språk bil väg dörr vatten son dotter far mor vän regering minister president polis företag marknad pris spelare lag vann krig tid första sista ung gammal ny nya lång svart vit kom gick gjorde gjort tror vet ser ger tar tog fann började talade frågade svarade skulle ville borde alltid aldrig här där dit en ett två tre fyra fem hundra tusen miljon procent vecka månad kväll natt hemma rum plats del fall grupp problem hela mer därmed därför om dock emot utan genom under över vid från ut av',
  ],
  [
    'fi',
    'ihminen ihmiset ihmisten mies nainen lapsi lapset talo kaupunki maa maan valtio työ työtä elämä elämän maailma maailman asia asian raha käsi silmä pää koulu kirja sana kieli auto tie ovi vesi poika tytär isä äiti ystävä hallitus ministeri presidentti poliisi yritys markkinat hinta pelaaja joukkue voitti sota aika aikaa ensimmäinen viimeinen nuori vanha pitkä musta valkoinen tuli meni teki tehtiin sanoo luulee haluaa tietää näkee antaa ottaa jäi löysi alkoi puhui kysyi vastasi pitäisi olisi aina koskaan täällä siellä tänne sinne minne yksi kaksi kolme neljä viisi sata tuhat miljoona prosenttia viikko kuukausi ilta yö kotona paikka osa ryhmä ongelma',
  ],
  [
    'hu',
    'ember emberek férfi nő gyerek gyerekek ház város ország állam munka élet világ dolog pénz kéz szem fej iskola könyv szó nyelv autó út ajtó víz fia lánya apa anya barát kormány miniszter elnök rendőrség cég piac ár játékos csapat nyert háború idő első utolsó fiatal öreg új hosszú fekete fehér jött ment tett csinált gondol akar tud lát ad vesz maradt talált kezdett beszélt kérdezte válaszolt kellene lenne mindig soha itt ott ide oda hova egy kettő három négy öt száz ezer millió százalék hét hónap este éjszaka otthon szoba hely rész eset csoport probléma',
  ],
  [
    'pl',
    'człowiek ludzie ludzi mężczyzna kobieta dziecko dzieci dom miasto mieście kraj państwo praca życie świat rzecz pieniądze ręka oko głowa szkoła książka słowo język samochód droga drzwi woda syn córka ojciec matka przyjaciel rząd minister prezydent policja firma rynek cena gracz drużyna wygrał wojna czas pierwszy ostatni młody stary nowy długi czarny biały przyszedł poszedł zrobił myśli chce wie widzi daje bierze został znalazł zaczął mówił pytał odpowiedział powinien byłby zawsze nigdy teraz tam tu tutaj jeden dwa trzy cztery pięć sto tysiąc milion procent tydzień miesiąc wieczór noc pokój miejsce część grupa problem',
  ],
  [
    'lt',
    'žmogus žmonės žmonių vyras moteris vaikas vaikai namas miestas šalis valstybė darbas gyvenimas pasaulis dalykas pinigai ranka akis galva mokykla knyga žodis kalba automobilis kelias durys vanduo sūnus duktė tėvas motina draugas vyriausybė ministras prezidentas policija įmonė rinka kaina žaidėjas komanda laimėjo karas laikas pirmas paskutinis jaunas senas naujas ilgas juodas baltas atėjo nuėjo padarė mano nori žino mato duoda ima liko rado pradėjo kalbėjo klausė atsakė turėtų būtų visada niekada čia ten vienas du trys keturi penki šimtas tūkstantis milijonas procentų savaitė mėnuo vakaras naktis kambarys vieta dalis grupė problema',
  ],
  [
    'lv',
    'cilvēks cilvēki cilvēku vīrietis sieviete bērns bērni māja pilsēta valsts darbs dzīve pasaule lieta nauda roka acs galva skola grāmata vārds valoda auto ceļš durvis ūdens dēls meita tēvs māte draugs valdība ministrs prezidents policija uzņēmums tirgus cena spēlētājs komanda uzvarēja karš laiks pirmais pēdējais jauns vecs garš melns balts atnāca gāja darīja domā grib zina redz dod ņem palika atrada sāka runāja jautāja atbildēja vajadzētu būtu vienmēr nekad šeit tur viens divi trīs četri pieci simts tūkstotis miljons procenti nedēļa mēnesis vakars nakts istaba vieta daļa grupa problēma',
  ],
  [
    'fr',
    'homme hommes femme enfants enfant maison ville pays état travail vie monde chose argent main yeux tête école livre mot langue voiture route porte eau fils fille père mère ami gouvernement ministre président police entreprise marché prix joueur équipe gagné guerre temps premier première dernier jeune vieux nouveau nouvelle long noir blanc vint alla fit fait pense veut sait voit donne prend resté trouvé commencé parlait demanda répondit devrait serait toujours jamais ici là un une deux trois quatre cinq cent mille million pour cent semaine mois soir nuit chez chambre lieu partie cas groupe problème où tout tous toute alors bien sans sous sur vers donc ainsi dont',
  ],
  [
    'it',
    'uomo uomini donna bambini bambino casa città paese stato lavoro vita mondo cosa soldi mano occhi testa scuola libro parola lingua macchina strada porta acqua figlio figlia padre madre amico governo ministro presidente polizia azienda mercato prezzo giocatore squadra vinto guerra tempo primo prima ultimo giovane vecchio nuovo nuova lungo nero bianco venne andò fece fatto pensa vuole sa vede dà prende rimasto trovato cominciato parlava chiese rispose dovrebbe sarebbe sempre mai qui là un una due tre quattro cinque cento mille milione per cento settimana mese sera notte camera luogo parte caso gruppo problema dove tutto tutti allora bene senza sotto sopra verso quindi della delle degli nella nelle',
  ],
  [
    'es',
    'hombre hombres mujer niños niño casa ciudad país estado trabajo vida mundo cosa dinero mano ojos cabeza escuela libro palabra lengua coche calle puerta agua hijo hija padre madre amigo gobierno ministro presidente policía empresa mercado precio jugador equipo ganó guerra tiempo primero primera último joven viejo nuevo nueva largo negro blanco vino fue hizo hecho piensa quiere sabe ve da toma quedó encontró empezó hablaba preguntó respondió debería sería siempre nunca aquí allí uno dos tres cuatro cinco cien mil millón por ciento semana mes tarde noche habitación lugar parte caso grupo problema donde todo todos bien sin bajo sobre hacia pues del al las los unos unas nos',
  ],
  [
    'pt',
    'homem homens mulher crianças criança casa cidade país estado trabalho vida mundo coisa dinheiro mão olhos cabeça escola livro palavra língua carro rua porta água filho filha pai mãe amigo governo ministro presidente polícia empresa mercado preço jogador equipe ganhou guerra tempo primeiro primeira último jovem velho novo nova longo preto branco veio foi fez feito pensa quer sabe vê dá toma ficou encontrou começou falava perguntou respondeu deveria seria sempre nunca aqui ali dois três quatro cinco cem mil milhão por cento semana mês tarde noite quarto lugar parte caso grupo problema onde tudo todos bem sem sob sobre pois das dos nas nos pelo pela ao à às aos',
  ],
  [
    'ro',
    'om oameni bărbat femeie copil copii casă oraș țară stat muncă viață lume lucru bani mână ochi cap școală carte cuvânt limbă mașină drum ușă apă fiu fiică tată mamă prieten guvern ministru președinte poliție companie piață preț jucător echipă câștigat război timp primul prima ultimul tânăr bătrân nou nouă lung negru alb venit mers făcut crede vrea știe vede dă ia rămas găsit început vorbea întrebat răspuns ar trebui mereu niciodată aici acolo unu doi trei patru cinci sută mie milion la sută săptămână lună seară noapte cameră loc parte caz grup problemă unde tot toți bine fără sub peste spre deci',
  ],
  [
    'ga',
    'duine daoine fear bean páiste páistí teach baile cathair tír stát obair saol domhan rud airgead lámh súile ceann scoil leabhar focal teanga carr bóthar doras uisce mac iníon athair máthair cara rialtas aire uachtarán gardaí comhlacht margadh praghas imreoir foireann bhuaigh cogadh am céad deireanach óg sean nua fada dubh bán rinne déanta ceapann ba mhaith deir feiceann tugann thug fuair thosaigh labhair d’fhiafraigh d’fhreagair ba cheart bheadh i gcónaí riamh anseo ansin aon dhá trí ceithre cúig míle milliún seachtain mí tráthnóna oíche seomra áit cuid grúpa fadhb bhíonn ann aige aici orthu dom duit leis léi faoin den don sna ina',
  ],
  [
    'mt',
    'bniedem nies raġel mara tifel tfal dar belt pajjiż stat xogħol ħajja dinja ħaġa flus id għajnejn ras skola ktieb kelma lingwa karozza triq bieb ilma iben bint missier omm ħabib gvern ministru president pulizija kumpanija suq prezz plejer tim rebaħ gwerra żmien ewwel aħħar żagħżugħ qadim ġdid twil iswed abjad wasal għamel jaħseb irid jaf jara jagħti ħa baqa’ sab beda tkellem staqsa wieġeb għandu għandha għandhom dejjem qatt hawn hemm wieħed tnejn tlieta erbgħa ħamsa mija elf miljun fil-mija ġimgħa xahar lejl kamra post parti każ grupp problema kollha kull aktar ħafna biss lanqas mill-ġdid fuq taħt quddiem wara',
  ],
  [
    'id ms',
    'manusia pria wanita anak rumah kota negara kerja hidup dunia hal tangan mata kepala sekolah buku kata bahasa jalan pintu air ayah ibu teman pemerintah menteri presiden perusahaan pasar harga pemain tim menang perang waktu pertama terakhir muda tua baru panjang hitam putih datang pergi membuat dibuat pikir ingin tahu lihat memberi mengambil tinggal menemukan mulai berbicara bertanya menjawab harus selalu tidak pernah di sini di sana satu dua tiga empat lima seratus ribu juta persen minggu bulan malam kamar tempat bagian kasus kelompok masalah mereka dapat telah oleh sebagai antara',
  ],
  [
    'sw',
    'mtu watu mwanaume mwanamke mtoto watoto nyumba mji nchi serikali kazi maisha dunia jambo pesa mkono macho kichwa shule kitabu neno lugha gari barabara mlango maji mwana binti baba mama rafiki waziri rais polisi kampuni soko bei mchezaji timu alishinda vita wakati kwanza mwisho kijana mzee mpya ndefu nyeusi nyeupe alikuja alikwenda alifanya anadhani anataka anajua anaona anatoa alichukua alibaki alipata alianza alizungumza aliuliza alijibu inapaswa ingekuwa daima kamwe moja mbili tatu nne tano mia elfu milioni asilimia wiki mwezi jioni usiku chumba mahali sehemu kundi tatizo amesema walisema kuwa hiyo huo ambao ambayo alikuwa ilikuwa yake wake zaidi baada kuhusu',
  ],
  [
    'yo',
    'ọkùnrin obìnrin ọmọ àwọn ọmọdé ilé ìlú orílẹ̀-èdè ìjọba iṣẹ́ ayé owó ọwọ́ ojú orí ilé-ẹ̀kọ́ ìwé ọ̀rọ̀ èdè ọkọ̀ ọ̀nà ilẹ̀kùn omi bàbá ìyá ọ̀rẹ́ mínísítà ààrẹ ọlọ́pàá ilé-iṣẹ́ ọjà iye ogun àkókò àkọ́kọ́ ìkẹyìn ọ̀dọ́ àgbà tuntun gígùn dúdú funfun dé ṣe rò fẹ́ mọ̀ rí fi gbà kù bẹ̀rẹ̀ béèrè dáhùn gbọ́dọ̀ máa ńlá kékeré níbẹ̀ níbí kan méjì mẹ́ta mẹ́rin márùn-ún ọgọ́rùn-ún ẹgbẹ̀rún mílíọ̀nù ọ̀sẹ̀ oṣù alẹ́ yàrá ibi apá ẹgbẹ́ ìṣòro gómìnà ìpínlẹ̀ àwọn tó pé nínú lórí fún láti sí ti àti tàbí gbogbo',
  ],
  [
    'vi',
    'người đàn ông phụ nữ trẻ em nhà thành phố nước quốc gia công việc đời sống thế giới điều tiền tay mắt đầu trường học sách chữ tiếng xe đường cửa con trai con gái cha mẹ bạn chính phủ bộ trưởng tổng thống chủ tịch cảnh sát công ty thị trường giá cầu thủ đội thắng chiến tranh thời gian đầu tiên cuối cùng trẻ già mới dài đen trắng đến đi làm nghĩ muốn biết thấy cho lấy ở lại tìm bắt đầu hỏi trả lời phải nên luôn bao giờ hai ba bốn năm trăm nghìn triệu phần trăm tuần tháng tối đêm phòng nơi phần nhóm vấn đề những các này đó khi nếu thì mà lại ra vào lên xuống',
  ],
  [
    'bg',
    'човек хора хората мъж жена деца дете къща град страна държава работа живот свят нещо пари ръка очи глава училище книга дума език кола път врата вода син дъщеря баща майка приятел правителство министър президент полиция фирма компания пазар цена играч отбор спечели война време първи последен млад стар нов дълъг черен бял дойде отиде направи мисли иска знае вижда дава взе остана намери започна говореше попита отговори трябва винаги никога тук там един два три четири пет сто хиляди милион процента седмица месец вечер нощ стая място част група проблем който когато където',
  ],
  [
    'el',
    'άνθρωπος άνθρωποι άνδρας γυναίκα παιδί παιδιά σπίτι πόλη χώρα κράτος δουλειά ζωή κόσμος πράγμα χρήματα χέρι μάτια κεφάλι σχολείο βιβλίο λέξη γλώσσα αυτοκίνητο δρόμος πόρτα νερό γιος κόρη πατέρας μητέρα φίλος κυβέρνηση υπουργός πρόεδρος αστυνομία εταιρεία αγορά τιμή παίκτης ομάδα πόλεμος χρόνος πρώτος τελευταίος νέος παλιός ήρθε πήγε έκανε θέλει ξέρει βλέπει δίνει πήρε έμεινε βρήκε άρχισε ρώτησε απάντησε πρέπει πάντα ποτέ εδώ εκεί ένα δύο τρία τέσσερα πέντε εκατό χίλια εκατομμύρια',
  ],
]
