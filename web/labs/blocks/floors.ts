// The floors a robot drives on. Letters: see `Floor`.
import type { Floor } from "./world";

export const FLOORS: readonly Floor[] = [
  {
    key: "straight",
    title: "直走廊",
    map: `
########
#>....G#
########`,
  },
  {
    key: "bend",
    title: "一个弯",
    map: `
#######
#>...##
####.##
####.##
####G##
#######`,
  },
  {
    key: "spiral",
    title: "蜗牛",
    map: `
#########
#>......#
#######.#
#....G#.#
#.#####.#
#.......#
#########`,
  },
  {
    key: "zigzag",
    title: "左拐右拐",
    map: `
#######
#>..###
###.###
###...#
#####.#
#####G#
#######`,
  },
  {
    key: "line",
    title: "黑线",
    map: `
##########
#>ooo....#
#...o....#
#...oooo.#
#......o.#
#...Gooo.#
##########`,
  },
];

export const floorOf = (key: string): Floor =>
  FLOORS.find((floor) => floor.key === key) ?? (FLOORS[0] as Floor);
