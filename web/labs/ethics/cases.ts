// Short school cases, all made up: who may use what of whom, and choices without a right answer.
export interface Side {
  key: string;
  text: string;
  /** The best that is to be said for it, and whose interests it serves or touches. */
  reasons: readonly [string, string];
  touches: string;
}

export interface Case {
  key: string;
  kind: "consent" | "dilemma";
  title: string;
  story: string;
  sides: readonly Side[];
  /** What rules say, where they say something. */
  rule: string;
  primary: boolean;
}

export const CASES: readonly Case[] = [
  {
    key: "photo",
    kind: "consent",
    title: "运动会的照片",
    story:
      "班里想做一个认人的小程序，要用运动会上拍的照片。照片里有全班同学，有的同学摔倒了，在哭。照片已经在老师的相机里了。",
    sides: [
      {
        key: "ask",
        text: "先问每个同学和家里人，同意的才用",
        reasons: ["照片里的人有权说不", "拍照时说的是留念，不是教机器"],
        touches: "被拍的同学能自己决定；做程序的同学要多等几天，照片也会少。",
      },
      {
        key: "use",
        text: "已经拍了，就在班里用，不往外传",
        reasons: ["只在班里用，出不了大事", "照片多，程序才认得准"],
        touches: "做程序的同学省了时间；摔倒的同学没有机会说不。",
      },
    ],
    rule: "《个人信息保护法》：用不满十四岁的人的个人信息，要父母或其他监护人同意；换了用途，要再问一次。",
    primary: true,
  },
  {
    key: "mood",
    kind: "consent",
    title: "看表情的摄像头",
    story: "有人送学校一个摄像头，说能从表情看出谁没听懂。校长问大家要不要试一个月。",
    sides: [
      {
        key: "try",
        text: "试一个月，再看有没有用",
        reasons: ["不好意思举手的同学也许会被看见", "试过才知道有没有用"],
        touches: "老师多一个线索；全班每节课都被拍着，认错了也不知道。",
      },
      {
        key: "no",
        text: "不装，换个办法知道谁没听懂",
        reasons: ["表情和听没听懂不是一回事", "一直被拍着，人会不自在"],
        touches: "同学上课更自在；老师要用别的办法，比如小纸条。",
      },
    ],
    rule: "收集要“最小必要”：不用拍脸就能办到的事，就不该拍脸。",
    primary: false,
  },
  {
    key: "voice",
    kind: "consent",
    title: "学同学的声音",
    story: "小安用一个软件，拿同桌念课文的录音做出了“同桌的声音”，让它念了一段好笑的话，想在联欢会上放。",
    sides: [
      {
        key: "play",
        text: "联欢会上放，说明是软件做的",
        reasons: ["说明了是做出来的，没有骗人", "大家一起笑一笑，没有恶意"],
        touches: "观众开心；同桌的声音说了同桌没说过的话。",
      },
      {
        key: "stop",
        text: "先不放，去问同桌",
        reasons: ["声音是同桌的，要同桌点头", "今天是玩笑，传出去就收不回来"],
        touches: "同桌能自己决定；小安的节目可能要换。",
      },
    ],
    rule: "《民法典》：对自然人声音的保护，参照肖像权；做出来的内容还要标明是生成的。",
    primary: true,
  },
  {
    key: "cart",
    kind: "dilemma",
    title: "操场上的送餐小车",
    story:
      "送餐小车自己开。拐角忽然跑出一个追球的同学。它来不及停：往左会撞翻一桌刚做好的饭，全年级要晚半小时吃；直走会碰到同学，多半只是蹭一下。程序该怎么写？",
    sides: [
      {
        key: "left",
        text: "撞翻饭桌，绝不碰人",
        reasons: ["东西能再做，人受了伤补不回来", "“多半”不是“一定”"],
        touches: "追球的同学安全；三百个同学和食堂师傅要晚半小时。",
      },
      {
        key: "slow",
        text: "平时就开得很慢，全校每天都多等十分钟",
        reasons: ["别等到来不及了再选", "人人分一点，比一个人担着好"],
        touches: "谁也不会受伤；每个人每天都少玩十分钟。",
      },
    ],
    rule: "",
    primary: true,
  },
  {
    key: "club",
    kind: "dilemma",
    title: "机器人社的最后十个位子",
    story: "四十个人报名，只有十个位子。老师想让程序来选。学校只有过去三年的名单，名单里大多是男生。",
    sides: [
      {
        key: "draw",
        text: "抽签，每人机会一样",
        reasons: ["没参加过的人也有机会", "谁也做不了手脚"],
        touches: "新手有机会；准备了很久的同学可能没抽中。",
      },
      {
        key: "score",
        text: "让程序按过去的名单打分",
        reasons: ["位子给更可能坚持下来的人", "比一个人凭印象选更说得清"],
        touches: "像过去社员的人占便宜；过去很少的那些人会一直少下去。",
      },
    ],
    rule: "",
    primary: true,
  },
  {
    key: "essay",
    kind: "dilemma",
    title: "查作文的程序",
    story: "程序能指出哪篇作文像是机器写的。它查出十篇，里面大概有一篇是冤枉的，可谁也不知道是哪一篇。",
    sides: [
      {
        key: "check",
        text: "用它查，查到的都请来谈一谈",
        reasons: ["自己写的同学不该吃亏", "谈一谈不是处分，能说清楚"],
        touches: "自己写的同学觉得公平；被冤枉的那一个要为没做的事解释。",
      },
      {
        key: "trust",
        text: "不用它查，改成在课上写",
        reasons: ["冤枉一个人也太多", "换个办法，就不用猜谁是谁"],
        touches: "没有人被冤枉；在家写得慢而好的同学吃亏。",
      },
    ],
    rule: "",
    primary: false,
  },
];
