// The very same program as Python. It runs as it stands beside qm_stage.py, which the Python lab has too.
import { python } from "../code";
import type { Scene } from "./pieces";
import type { Node } from "./program";
import type { Around, Floor } from "./world";

/** What surrounds the program: the floor, or for each thing on the belt its name, kind, and the model's answer. */
export interface Place {
  around: Around;
  floor: Floor;
  things: { title: string; truth: string; answer: string; sure: number }[];
}

const NAMES: Record<string, string> = { 次数: "count", 结果: "result" };
const STEPS: Record<string, string> = {
  forward: "robot.forward()",
  left: "robot.left()",
  right: "robot.right()",
  take: "belt.take()",
};
const SENSES: Record<string, string> = {
  wall: "robot.wall()",
  goal: "robot.at_goal()",
  line: "robot.line()",
  distance: "robot.distance()",
  floor: "robot.floor()",
  dark: 'stage.sensor("light") < 30',
  light: 'stage.sensor("light")',
  noise: 'stage.sensor("noise")',
  tilt: 'stage.sensor("tilt")',
  dial: 'stage.sensor("dial")',
  more: "belt.more()",
  answer: "belt.answer()",
  sure: "belt.sure()",
};
const SIGNS: Record<string, string> = { lt: "<", gt: ">", eq: "==", and: "and", or: "or" };

export function blocksCode(scene: Scene, program: readonly Node[], place: Place): string {
  const used = JSON.stringify(program);
  const start = Object.entries(NAMES).flatMap(([zh, name]) =>
    used.includes(`"${zh}"`) ? [`${name} = 0`] : [],
  );
  const subject = { robot: "robot", stage: "stage", belt: "belt" }[scene];
  const body = program.length ? program.flatMap((node) => step(node, subject, 0)) : ["pass"];
  return `${setting(scene, place)}
${[...start, ...body].join("\n")}

${subject}.report()
`;
}

function setting(scene: Scene, { around, floor, things }: Place): string {
  if (scene === "stage")
    return `from qm_stage import Stage

stage = Stage(light=${around.light}, noise=${around.noise}, tilt=${around.tilt}, dial=${around.dial})
`;
  if (scene === "robot")
    return `from qm_stage import Robot

# # 墙  . 地面  o 黑线  G 终点  > 机器人
robot = Robot("""
${floor.map.trim()}
""", light=${around.light}, noise=${around.noise})
`;
  const rows = things.map(
    ({ title, truth, answer, sure }) => `    (${[title, truth, answer, sure].map(python).join(", ")}),`,
  );
  return `from qm_stage import Belt

belt = Belt([   # 名字、真的是什么、模型的答案、把握
${rows.join("\n")}
])
`;
}

function step(node: Node, subject: string, depth: number): string[] {
  const put = (text: string) => `${"    ".repeat(depth)}${text}`;
  const inside = (name: string): string[] => {
    const body = node.bodies[name] ?? [];
    return body.length ? body.flatMap((one) => step(one, subject, depth + 1)) : [put("    pass")];
  };
  const of = (name: string) => value(node.values[name] ?? null);
  const name = NAMES[String(node.fields["NAME"])] ?? "count";
  switch (node.type) {
    case "repeat":
      return [put(`for _ in range(int(${of("N")})):`), ...inside("DO")];
    case "until":
      return [put(`while not ${of("IF")}:`), ...inside("DO")];
    case "forever":
      return [put("while True:"), ...inside("DO"), put("    stage.tick()")];
    case "if":
      return [put(`if ${of("IF")}:`), ...inside("DO")];
    case "ifelse":
      return [put(`if ${of("IF")}:`), ...inside("DO"), put("else:"), ...inside("ELSE")];
    case "wait":
      return [put(`stage.wait(${of("N")})`)];
    case "stop":
      return [put(`${subject}.stop()`)];
    case "set":
      return [put(`${name} = ${of("WHAT")}`)];
    case "change":
      return [put(`${name} = ${name} + ${of("N")}`)];
    case "say":
      return [put(`${subject}.say(${of("WHAT")})`)];
    case "costume":
      return [put(`stage.costume(${python(node.fields["NAME"])})`)];
    case "move":
      return [put(`stage.move(${of("N")})`)];
    case "put":
      return [put(`belt.put(${of("WHAT")})`)];
    default:
      return [put(STEPS[node.type] ?? "pass")];
  }
}

function value(node: Node | null): string {
  if (!node) return "False";
  const of = (name: string) => value(node.values[name] ?? null);
  const sign = String(node.fields["SIGN"]);
  switch (node.type) {
    case "num":
      return python(Number(node.fields["N"]));
    case "text":
      return python(String(node.fields["TEXT"]));
    case "label":
      return python(String(node.fields["NAME"]));
    case "get":
      return NAMES[String(node.fields["NAME"])] ?? "count";
    case "not":
      return `(not ${of("IF")})`;
    case "both":
    case "compare":
      return `(${of("A")} ${SIGNS[sign] ?? "=="} ${of("B")})`;
    case "sum":
      return `(${of("A")} ${sign} ${of("B")})`;
    case "dark":
      return `(${SENSES["dark"]})`;
    default:
      return SENSES[node.type] ?? "False";
  }
}
