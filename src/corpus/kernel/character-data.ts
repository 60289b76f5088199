// Classes of the characters of the basic plane, by one version of Unicode. They stand here, and are not asked of Node, so that a newer Node changes
// no signature. Ranges are `first-last` in hexadecimal, with a blank between two; one character alone is `first`.

export const UNICODE = '17.0'

/** Punctuation, symbols, control and format characters but the two joiners, private use; surrogates, which are no characters. */
export const SYMBOLS =
  '21-2f 3a-40 5b-60 7b-84 86-9f a1-a9 ab-b1 b4 b6-b8 bb bf d7 f7 2c2-2c5 2d2-2df 2e5-2eb 2ed 2ef-2ff 375 37e 384-385 387 3f6 482 ' +
  '55a-55f 589-58a 58d-58f 5be 5c0 5c3 5c6 5f3-5f4 600-60f 61b-61f 66a-66d 6d4 6dd-6de 6e9 6fd-6fe 700-70d 70f 7f6-7f9 7fe-7ff ' +
  '830-83e 85e 888 890-891 8e2 964-965 970 9f2-9f3 9fa-9fb 9fd a76 af0-af1 b70 bf3-bfa c77 c7f c84 d4f d79 df4 e3f e4f e5a-e5b ' +
  'f01-f17 f1a-f1f f34 f36 f38 f3a-f3d f85 fbe-fc5 fc7-fcc fce-fda 104a-104f 109e-109f 10fb 1360-1368 1390-1399 1400 166d-166e ' +
  '169b-169c 16eb-16ed 1735-1736 17d4-17d6 17d8-17db 1800-180a 180e 1940 1944-1945 19de-19ff 1a1e-1a1f 1aa0-1aa6 1aa8-1aad 1b4e-1b4f ' +
  '1b5a-1b6a 1b74-1b7f 1bfc-1bff 1c3b-1c3f 1c7e-1c7f 1cc0-1cc7 1cd3 1fbd 1fbf-1fc1 1fcd-1fcf 1fdd-1fdf 1fed-1fef 1ffd-1ffe 200b ' +
  '200e-2027 202a-202e 2030-205e 2060-2064 2066-206f 207a-207e 208a-208e 20a0-20c1 2100-2101 2103-2106 2108-2109 2114 2116-2118 ' +
  '211e-2123 2125 2127 2129 212e 213a-213b 2140-2144 214a-214d 214f 218a-218b 2190-2429 2440-244a 249c-24e9 2500-2775 2794-2b73 ' +
  '2b76-2bff 2ce5-2cea 2cf9-2cfc 2cfe-2cff 2d70 2e00-2e2e 2e30-2e5d 2e80-2e99 2e9b-2ef3 2f00-2fd5 2ff0-2fff 3001-3004 3008-3020 3030 ' +
  '3036-3037 303d-303f 309b-309c 30a0 30fb 3190-3191 3196-319f 31c0-31e5 31ef 3200-321e 322a-3247 3250 3260-327f 328a-32b0 32c0-33ff ' +
  '4dc0-4dff a490-a4c6 a4fe-a4ff a60d-a60f a673 a67e a6f2-a6f7 a700-a716 a720-a721 a789-a78a a828-a82b a836-a839 a874-a877 a8ce-a8cf ' +
  'a8f8-a8fa a8fc a92e-a92f a95f a9c1-a9cd a9de-a9df aa5c-aa5f aa77-aa79 aade-aadf aaf0-aaf1 ab5b ab6a-ab6b abeb d800-f8ff fb29 ' +
  'fbb2-fbd2 fd3e-fd4f fd90-fd91 fdc8-fdcf fdfc-fdff fe10-fe19 fe30-fe52 fe54-fe66 fe68-fe6b feff ff01-ff0f ff1a-ff20 ff3b-ff40 ' +
  'ff5b-ff65 ffe0-ffe6 ffe8-ffee fff9-fffd'

/** White space and control characters up to U+0020 but LF, and U+0085. */
export const SPACES = '0-9 b-20 85 a0 1680 2000-200a 2028-2029 202f 205f 3000'

/** Letters and marks of Han, kana and Bopomofo, and of Thai, Lao, Khmer and Myanmar. */
export const UNSPACED =
  'e01-e3a e40-e4e e81-e82 e84 e86-e8a e8c-ea3 ea5 ea7-ebd ec0-ec4 ec6 ec8-ece edc-edf 1000-103f 1050-108f 109a-109d 1780-17d3 17d7 ' +
  '17dc-17dd 3005-3007 3021-302d 3031-3035 3038-303c 3041-3096 3099-309a 309d-309f 30a1-30fa 30fc-30ff 3105-312f 31a0-31bf 31f0-31ff ' +
  '3400-4dbf 4e00-9fff a9e0-a9ef a9fa-a9fe aa60-aa76 aa7a-aa7f f900-fa6d fa70-fad9 ff66-ff9f'

/** Zeros of the decimal digits; nine more follow each. */
export const ZEROS =
  '30 660 6f0 7c0 966 9e6 a66 ae6 b66 be6 c66 ce6 d66 de6 e50 ed0 f20 1040 1090 17e0 1810 1946 19d0 1a80 1a90 1b50 1bb0 1c40 1c50 ' +
  'a620 a8d0 a900 a9d0 a9f0 aa50 abf0 ff10'

/** Letters whose lower case has as many bytes in UTF-8: `first-last/step+difference`. */
export const LOWER =
  '41-5a+32 c0-d6+32 d8-de+32 100-12e/2+1 132-136/2+1 139-147/2+1 14a-176/2+1 178-121 179-17d/2+1 181+210 182-184/2+1 186+206 187+1 ' +
  '189-18a+205 18b+1 18e+79 18f+202 190+203 191+1 193+205 194+207 196+211 197+209 198+1 19c+211 19d+213 19f+214 1a0-1a4/2+1 1a6+218 ' +
  '1a7+1 1a9+218 1ac+1 1ae+218 1af+1 1b1-1b2+217 1b3-1b5/2+1 1b7+219 1b8+1 1bc+1 1c4+2 1c5+1 1c7+2 1c8+1 1ca+2 1cb-1db/2+1 ' +
  '1de-1ee/2+1 1f1+2 1f2-1f4/2+1 1f6-97 1f7-56 1f8-21e/2+1 220-130 222-232/2+1 23b+1 23d-163 241+1 243-195 244+69 245+71 246-24e/2+1 ' +
  '370-372/2+1 376+1 37f+116 386+38 388-38a+37 38c+64 38e-38f+63 391-3a1+32 3a3-3ab+32 3c2+1 3cf+8 3d8-3ee/2+1 3f4-60 3f7+1 3f9-7 ' +
  '3fa+1 3fd-3ff-130 400-40f+80 410-42f+32 460-480/2+1 48a-4be/2+1 4c0+15 4c1-4cd/2+1 4d0-52e/2+1 531-556+48 10a0-10c5+7264 10c7+7264 ' +
  '10cd+7264 13a0-13ef+38864 13f0-13f5+8 1c89+1 1c90-1cba-3008 1cbd-1cbf-3008 1e00-1e94/2+1 1ea0-1efe/2+1 1f08-1f0f-8 1f18-1f1d-8 ' +
  '1f28-1f2f-8 1f38-1f3f-8 1f48-1f4d-8 1f59-1f5f/2-8 1f68-1f6f-8 1f88-1f8f-8 1f98-1f9f-8 1fa8-1faf-8 1fb8-1fb9-8 1fba-1fbb-74 1fbc-9 ' +
  '1fc8-1fcb-86 1fcc-9 1fd8-1fd9-8 1fda-1fdb-100 1fe8-1fe9-8 1fea-1feb-112 1fec-7 1ff8-1ff9-128 1ffa-1ffb-126 1ffc-9 2132+28 ' +
  '2160-216f+16 2183+1 24b6-24cf+26 2c00-2c2f+48 2c60+1 2c63-3814 2c67-2c6b/2+1 2c72+1 2c75+1 2c80-2ce2/2+1 2ceb-2ced/2+1 2cf2+1 ' +
  'a640-a66c/2+1 a680-a69a/2+1 a722-a72e/2+1 a732-a76e/2+1 a779-a77b/2+1 a77d-35332 a77e-a786/2+1 a78b+1 a790-a792/2+1 a796-a7a8/2+1 ' +
  'a7b3+928 a7b4-a7c2/2+1 a7c4-48 a7c6-35384 a7c7-a7c9/2+1 a7cc-a7da/2+1 a7f5+1 ff21-ff3a+32'

/** What ends a sentence (Sentence_Terminal), and quotation marks that may stand behind it. */
export const TERMINAL =
  '21-22 27 2e 3f bb 589 61d-61f 6d4 700-702 7f9 837 839 83d-83e 964-965 104a-104b 1362 1367-1368 166e 1735-1736 17d4-17d5 1803 1809 ' +
  '1944-1945 1aa8-1aab 1b4e-1b4f 1b5a-1b5b 1b5e-1b5f 1b7d-1b7f 1c3b-1c3c 1c7e-1c7f 2019 201d 2024 203c-203d 2047-2049 2cf9-2cfb 2e2e ' +
  '2e3c 2e53-2e54 3002 a4ff a60e-a60f a6f3 a6f7 a876-a877 a8ce-a8cf a92f a9c8-a9c9 aa5d-aa5f aaf0-aaf1 abeb fe12 fe15-fe16 fe52 ' +
  'fe56-fe57 ff01 ff0e ff1f ff61'

/** What starts a line of a list. */
export const BULLETS = '2a 2d 2022 2023 2043 25aa 25cf 25e6'
