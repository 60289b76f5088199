// The 24 official languages of the European Union and twelve others: one question in each, and the words by which an answer is known.
const LATIN = /\p{Script=Latin}/gu
const CYRILLIC = /\p{Script=Cyrillic}/gu
const HAN = /\p{Script=Han}/gu
const KANA = /\p{Script=Hiragana}|\p{Script=Katakana}/u

type Language = {
  /** BCP 47. */
  readonly tag: string
  readonly name: string
  readonly question: string
  /** Matches each of its letters. */
  readonly script: RegExp
  /** Stands in every text of it, or in none. */
  readonly sign?: { readonly mark: RegExp; readonly present: boolean }
  readonly words: ReadonlySet<string>
}
const language = (tag: string, name: string, question: string, words: string, script = LATIN, sign?: Language['sign']): Language => ({
  tag,
  name,
  question,
  script,
  words: new Set(words.split(' ').filter((word) => word !== '')),
  ...(sign !== undefined && { sign }),
})

export const LANGUAGES: readonly Language[] = [
  language(
    'bg',
    'Bulgarian',
    'Защо небето е синьо? Отговори с едно кратко изречение.',
    'и на е се от да защото че в за с са към не или при небето светлината слънчевата синята въздуха',
    CYRILLIC,
  ),
  language(
    'hr',
    'Croatian',
    'Zašto je nebo plavo? Odgovori jednom kratkom rečenicom.',
    'je i se u na da su zbog jer od koja koji kao za svjetlost plavo plava nebo raspršuje što ili ima pravo treba',
  ),
  language(
    'cs',
    'Czech',
    'Proč je obloha modrá? Odpověz jednou krátkou větou.',
    'je a se v na že protože jsou které který od jako do světlo obloha modrá nebo má právo mají být s to ve k každý jeho aby tak své nesmí bez',
  ),
  language(
    'da',
    'Danish',
    'Hvorfor er himlen blå? Svar med en kort sætning.',
    'er og at det af på en for som fordi den til med lyset himlen blå atmosfæren i har ret eller ikke de spredes bør',
  ),
  language(
    'nl',
    'Dutch',
    'Waarom is de lucht blauw? Antwoord met één korte zin.',
    'is en dat het van op een de omdat die te met door wordt licht lucht in aan worden heeft zijn blauwe',
  ),
  language(
    'en',
    'English',
    'Why is the sky blue? Answer with one short sentence.',
    'is and that the of a because to with light are by sky blue scatters more in all in which they has or not',
  ),
  language(
    'et',
    'Estonian',
    'Miks on taevas sinine? Vasta ühe lühikese lausega.',
    'on ja et see ta sest mis kui ei taevas valgus sinine valgust hajub oma ning kõik või rohkem peab tema',
  ),
  language(
    'fi',
    'Finnish',
    'Miksi taivas on sininen? Vastaa yhdellä lyhyellä lauseella.',
    'on ja että se koska joka kuin ei taivas valo ovat sininen sinistä enemmän tai hänen heidän oikeus ilmakehä',
  ),
  language(
    'fr',
    'French',
    'Pourquoi le ciel est-il bleu ? Réponds par une phrase courte.',
    'est et que le la les de des un une parce car à avec lumière du en dans par plus ciel bleu il ils sont',
  ),
  language(
    'de',
    'German',
    'Warum ist der Himmel blau? Antworte mit einem kurzen Satz.',
    'ist und dass das der die von auf ein weil zu mit wird licht himmel blau blaues den in sind stärker als des',
  ),
  language('el', 'Greek', 'Γιατί είναι μπλε ο ουρανός; Απάντησε με μία σύντομη πρόταση.', '', /\p{Script=Greek}/gu),
  language(
    'hu',
    'Hungarian',
    'Miért kék az ég? Válaszolj egy rövid mondattal.',
    'az a és hogy egy mert van is nem ég kék azért fény fényt vagy minden jobban szórja a joga meg',
  ),
  language(
    'ga',
    'Irish',
    'Cén fáth a bhfuil an spéir gorm? Freagair le habairt ghearr amháin.',
    'tá an agus na go is ar le atá mar gheall a bhfuil sa solas spéir gorm do ag don ceart acu gach',
  ),
  language(
    'it',
    'Italian',
    'Perché il cielo è blu? Rispondi con una frase breve.',
    'è e che il la di del un una perché della con luce nella gli più cielo blu sono dei le ad per in',
  ),
  language(
    'lv',
    'Latvian',
    'Kāpēc debesis ir zilas? Atbildi ar vienu īsu teikumu.',
    'ir un ka no ar jo kas debesis gaisma uz tas zilas zilā vairāk vai viņa nav tiesības visi gaismu',
  ),
  language(
    'lt',
    'Lithuanian',
    'Kodėl dangus yra mėlynas? Atsakyk vienu trumpu sakiniu.',
    'yra ir kad iš su nes kuris dangus šviesa nuo tai mėlynas mėlyna labiau ar turi jų visi teisę bei arba kiekvienas žmogus jo kaip būti gali turi nei šviesą dangų',
  ),
  language(
    'mt',
    'Maltese',
    "Għaliex is-sema huwa blu? Wieġeb b'sentenza waħda qasira.",
    'huwa hija li ta minn għax għaliex il u dan bil fl dawl id is sema aktar mill biex għandu hu kull għandhom f b',
  ),
  language(
    'pl',
    'Polish',
    'Dlaczego niebo jest niebieskie? Odpowiedz jednym krótkim zdaniem.',
    'jest i się w na że ponieważ są który od jak do światło nie niebo niebieskie bardziej z lub prawo ma oraz',
  ),
  language(
    'pt',
    'Portuguese',
    'Porque é que o céu é azul? Responde com uma frase curta.',
    'é e que o a os de um uma porque com luz se do da não céu azul na mais pela são em dos para as',
  ),
  language(
    'ro',
    'Romanian',
    'De ce este cerul albastru? Răspunde cu o propoziție scurtă.',
    'este și că de o un pentru cu lumina în din se sunt cerul albastru mai deoarece a sau are ele să',
  ),
  language(
    'sk',
    'Slovak',
    'Prečo je obloha modrá? Odpovedz jednou krátkou vetou.',
    'je a sa v na že pretože sú ktoré ktorý od ako do svetlo obloha modrá alebo má právo majú byť s to vo k každý jeho aby tak svoje nesmie bez',
  ),
  language(
    'sl',
    'Slovenian',
    'Zakaj je nebo modro? Odgovori z enim kratkim stavkom.',
    'je in se v na da ker so ki od kot za svetloba nebo modro modra zaradi ali ima pravico bolj z',
  ),
  language(
    'es',
    'Spanish',
    '¿Por qué el cielo es azul? Responde con una frase corta.',
    'es y que el la los de un una porque con luz se del cielo azul más en por las lo son su',
  ),
  language(
    'sv',
    'Swedish',
    'Varför är himlen blå? Svara med en kort mening.',
    'är och att det av på en för som eftersom den till med ljuset himlen blå atmosfären i har rätt eller inte de sprids',
  ),
  language('ar', 'Arabic', 'لماذا السماء زرقاء؟ أجب بجملة قصيرة واحدة.', '', /\p{Script=Arabic}/gu),
  language('bn', 'Bengali', 'আকাশ নীল কেন? একটি ছোট বাক্যে উত্তর দিন।', '', /\p{Script=Bengali}/gu),
  language('zh', 'Chinese', '天空为什么是蓝色的？请用一个简短的句子回答。', '', HAN, { mark: KANA, present: false }),
  language('hi', 'Hindi', 'आसमान नीला क्यों होता है? एक छोटे वाक्य में उत्तर दीजिए।', '', /\p{Script=Devanagari}/gu),
  language(
    'id',
    'Indonesian',
    'Mengapa langit berwarna biru? Jawablah dengan satu kalimat pendek.',
    'dan yang di karena ini itu dari dengan langit cahaya adalah untuk biru oleh lebih pada atau orang dalam',
  ),
  language(
    'ja',
    'Japanese',
    '空はなぜ青いのですか。短い一文で答えてください。',
    '',
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu,
    { mark: KANA, present: true },
  ),
  language('ko', 'Korean', '하늘은 왜 파란가요? 짧은 한 문장으로 답해 주세요.', '', /\p{Script=Hangul}/gu),
  language(
    'sw',
    'Swahili',
    'Kwa nini anga ni la buluu? Jibu kwa sentensi moja fupi.',
    'na ya kwa ni wa katika kwamba anga mwanga sababu la wote kila watu za cha buluu haki rangi',
  ),
  language('ta', 'Tamil', 'வானம் ஏன் நீலமாக இருக்கிறது? ஒரு சிறிய வாக்கியத்தில் பதிலளிக்கவும்.', '', /\p{Script=Tamil}/gu),
  language('th', 'Thai', 'ทำไมท้องฟ้าจึงเป็นสีฟ้า ตอบด้วยประโยคสั้น ๆ หนึ่งประโยค', '', /\p{Script=Thai}/gu),
  language(
    'uk',
    'Ukrainian',
    'Чому небо блакитне? Дай відповідь одним коротким реченням.',
    'і та що це не є як бо тому або до в у з на мають кожна людина через світло небо розсіюється',
    CYRILLIC,
  ),
  language(
    'vi',
    'Vietnamese',
    'Tại sao bầu trời có màu xanh? Hãy trả lời bằng một câu ngắn.',
    'là và của có vì trong được bầu trời ánh sáng màu xanh các với mọi người đều những một không quyền này hay cho như bị khi do nhiều hơn',
  ),
]
