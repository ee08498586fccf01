import type { Sense } from "../../../devices/kit/gb26875.ts";

/** What a component is, as its type says. */
export interface ComponentType {
  readonly title: string;
  /** How it notices a fire. */
  readonly senses?: Sense;
}

const none: ComponentType = { title: "部件 component" };

/** The component type of a number, derived from GB/T 26875.3-2011 clause 8.2.1; an unknown one is just a component. */
export function componentType(number: number): ComponentType {
  return types[number] ?? none;
}

const types: Readonly<Record<number, ComponentType>> = {
  1: { title: "火灾报警控制器 fire alarm panel" },
  10: { title: "可燃气体探测器 gas detector", senses: "gas" },
  11: { title: "点型可燃气体探测器 point gas detector", senses: "gas" },
  12: { title: "独立式可燃气体探测器 stand-alone gas detector", senses: "gas" },
  13: { title: "线型可燃气体探测器 line gas detector", senses: "gas" },
  16: { title: "电气火灾监控报警器 electrical fire monitor", senses: "heat" },
  17: { title: "剩余电流式电气火灾监控探测器 residual current detector", senses: "heat" },
  18: { title: "测温式电气火灾监控探测器 cable temperature detector", senses: "heat" },
  21: { title: "探测回路 detection loop" },
  22: { title: "火灾显示盘 fire display panel" },
  23: { title: "手动火灾报警按钮 manual call point", senses: "manual" },
  24: { title: "消火栓按钮 hydrant button", senses: "manual" },
  25: { title: "火灾探测器 fire detector" },
  30: { title: "感温火灾探测器 heat detector", senses: "heat" },
  31: { title: "点型感温火灾探测器 point heat detector", senses: "heat" },
  32: { title: "点型感温火灾探测器(S型) point heat detector S", senses: "heat" },
  33: { title: "点型感温火灾探测器(R型) point heat detector R", senses: "heat" },
  34: { title: "线型感温火灾探测器 line heat detector", senses: "heat" },
  35: { title: "线型感温火灾探测器(S型) line heat detector S", senses: "heat" },
  36: { title: "线型感温火灾探测器(R型) line heat detector R", senses: "heat" },
  37: { title: "光纤感温火灾探测器 fibre heat detector", senses: "heat" },
  40: { title: "感烟火灾探测器 smoke detector", senses: "smoke" },
  41: { title: "点型离子感烟火灾探测器 ionisation smoke detector", senses: "smoke" },
  42: { title: "点型光电感烟火灾探测器 optical smoke detector", senses: "smoke" },
  43: { title: "线型光束感烟火灾探测器 beam smoke detector", senses: "smoke" },
  44: { title: "吸气式感烟火灾探测器 aspirating smoke detector", senses: "smoke" },
  50: { title: "复合式火灾探测器 combined detector" },
  51: { title: "复合式感烟感温火灾探测器 smoke and heat detector", senses: "smoke" },
  52: { title: "复合式感光感温火灾探测器 flame and heat detector", senses: "flame" },
  53: { title: "复合式感光感烟火灾探测器 flame and smoke detector", senses: "flame" },
  61: { title: "紫外火焰探测器 ultraviolet flame detector", senses: "flame" },
  62: { title: "红外火焰探测器 infrared flame detector", senses: "flame" },
  69: { title: "感光火灾探测器 flame detector", senses: "flame" },
  74: { title: "气体探测器 gas detector", senses: "gas" },
  78: { title: "图像摄像方式火灾探测器 video fire detector", senses: "flame" },
  79: { title: "感声火灾探测器 acoustic fire detector" },
  81: { title: "气体灭火控制器 gas extinguishing panel" },
  82: { title: "消防电气控制装置 electrical control unit" },
  83: { title: "消防控制室图形显示装置 control room display" },
  84: { title: "模块 module" },
  85: { title: "输入模块 input module" },
  86: { title: "输出模块 output module" },
  87: { title: "输入/输出模块 input and output module" },
  88: { title: "中继模块 relay module" },
  91: { title: "消防水泵 fire pump" },
  92: { title: "消防水箱 fire water tank" },
  95: { title: "喷淋泵 sprinkler pump" },
  96: { title: "水流指示器 flow indicator" },
  97: { title: "信号阀 signal valve" },
  98: { title: "报警阀 alarm valve" },
  99: { title: "压力开关 pressure switch" },
  101: { title: "阀驱动装置 valve drive" },
  102: { title: "防火门 fire door" },
  103: { title: "防火阀 fire damper" },
  104: { title: "通风空调 ventilation" },
  105: { title: "泡沫液泵 foam pump" },
  106: { title: "管网电磁阀 solenoid valve" },
  111: { title: "防烟排烟风机 smoke fan" },
  113: { title: "排烟防火阀 smoke fire damper" },
  114: { title: "常闭送风口 air inlet" },
  115: { title: "排烟口 smoke outlet" },
  116: { title: "电控挡烟垂壁 smoke curtain" },
  117: { title: "防火卷帘控制器 fire shutter controller" },
  118: { title: "防火门监控器 fire door monitor" },
  121: { title: "警报装置 sounder" },
};
