"""Plain words for what a child asked for and for what an adult did."""

from typing import Final

KINDS: Final = {
    "self_harm": "可能伤害自己",
    "abuse": "可能受到侵犯",
    "violence_home": "家里可能有人打人",
    "bullying": "可能被欺负",
    "others": "可能伤害别人",
}
# What the reader should do first; from the public rules on protecting pupils in school and compulsory reporting.
FIRST: Final = {
    "self_harm": "现在就去见这名学生，不要让他一个人待着；通知心理老师。有马上的危险先打120、110。",
    "abuse": "当面、单独、安静地听，不追问细节，不承诺保密。学校依法要报告：先报校长，校长向公安机关、教育部门报告。不要先去问被指的人。",
    "violence_home": "当面问现在安不安全。今天回家不安全的，先报校长，再联系公安、居委会。不要先打电话给可能动手的家长。",
    "bullying": "当面听，先让他安全，再按学校的欺凌处理办法查；几方分开问。",
    "others": "先确认有没有马上的危险，分开双方，报校长。",
}
DONE: Final = {
    "talked": "当面见了学生",
    "counsellor": "转给心理老师",
    "family": "联系了家长",
    "head": "报告了校长",
    "police": "报警或叫了救护车",
    "reported": "按规定报告了主管部门",
    "false_alarm": "不是求助，是误报",
}
