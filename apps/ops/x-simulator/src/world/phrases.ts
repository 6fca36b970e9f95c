/** Sentences of a language: `{}` is where its topic stands. */
export interface Phrases {
  language: string;
  topics: readonly string[];
  sentences: readonly string[];
  /** Sentences that match no keyword. */
  idle: readonly string[];
}

/** A topic that is listed twice is twice as frequent. */
export const phrases: readonly Phrases[] = [
  {
    language: 'ko',
    topics: ['아이돌', '부동산', 'bts', '#BTS', '#아이돌', 'data', 'game', '부동산'],
    sentences: [
      '요즘 {} 얘기만 하는 것 같아 ㅋㅋㅋ',
      '{}이 또 실시간 트렌드 1위네요 🔥',
      '오늘 {} 관련 소식 정리합니다. 내일도 계속 업데이트할게요',
      '남자{}을 좋아하는 친구에게 선물하려고 하는데 추천 좀 ㅠㅠ',
      '"{}의 미래" 라는 책을 읽었다. 생각보다 재미있음 📚',
      '정부, {}에 관한 새 대책 발표… 시장 반응은 엇갈려',
    ],
    idle: [
      '점심 뭐 먹지 🍜',
      '비 온다 ☔️ 우산 안 가져왔는데',
      '월요일이 너무 싫다 ㅠㅠ',
      '고양이가 키보드 위에서 잔다 🐈',
    ],
  },
  {
    language: 'en',
    topics: ['BTS', '#bts', 'news', 'game', 'data', '#data', 'Game', 'breaking news'],
    sentences: [
      'Cannot stop thinking about {} today 😭',
      'The {} we needed: a thread 🧵👇',
      'My notes on {} after a year, & what I would do differently',
      'ok but who else stayed up all night for {}?? 💜💜',
      'Hot take: {} is overrated. Fight me.',
      'New post: "How {} changed everything we knew" — comments welcome',
    ],
    idle: ['coffee first ☕', 'why is it monday again', 'Good morning from the coast 🌊', 'my cat has opinions'],
  },
  {
    language: 'ja',
    topics: ['BTS', '#BTS', 'game', 'data', 'news'],
    sentences: [
      '今日も {} の話で盛り上がった！楽しかった〜✨',
      '速報: {} について新しい発表がありました',
      '{} のせいで寝不足です😪でも後悔はない',
      '【拡散希望】 {} のイベント情報まとめ',
    ],
    idle: ['おはようございます☀️', 'ラーメン食べたい🍜', '終電逃した…', '推しが尊い'],
  },
  {
    language: 'es',
    topics: ['BTS', 'game', 'data'],
    sentences: ['¡No puedo creer lo de {} hoy! 😱', 'Hilo sobre {} y por qué importa'],
    idle: ['Qué sueño tengo…', 'Feliz lunes ☕️'],
  },
  { language: 'und', topics: ['#bts', 'bts'], sentences: ['{} 💜💜💜', '😂😂😂 {}'], idle: ['👀', '💀💀'] },
];

/** The share of each language. */
export const shares = [0.36, 0.36, 0.18, 0.06, 0.04] as const;

export const cities = [
  {
    id: 'c999e6a453df7c2a',
    name: 'Seoul',
    fullName: 'Seoul, Republic of Korea',
    country: 'Republic of Korea',
    code: 'KR',
    at: [126.978, 37.566],
  },
  {
    id: '06ef846bfc783874',
    name: 'Tokyo',
    fullName: 'Tokyo, Japan',
    country: 'Japan',
    code: 'JP',
    at: [139.692, 35.69],
  },
  {
    id: '01a9a39529b27f36',
    name: 'Manhattan',
    fullName: 'Manhattan, NY',
    country: 'United States',
    code: 'US',
    at: [-73.985, 40.748],
  },
] as const;
