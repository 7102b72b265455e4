"""What a shift report says beside its figures: definitions, exclusions, ends; every one in zh-CN and en."""

from collections.abc import Mapping

from dispatch.reports import LeftOut as L
from dispatch.reports import Metric as M
from web.words import Language

Both = Mapping[Language, str]

NAMES: Mapping[M, Both] = {
    M.RING_TO_ANSWER: {"zh-CN": "摘机时长", "en": "Ring to answer"},
    M.ANSWER_TO_DISPATCH: {"zh-CN": "派车时长", "en": "Answer to dispatch"},
    M.TURNOUT: {"zh-CN": "出车时长", "en": "Turnout"},
    M.RESPONSE: {"zh-CN": "反应时间", "en": "Response"},
}

DEFINITIONS: Mapping[M, Both] = {
    M.RING_TO_ANSWER: {
        "zh-CN": "振铃到应答。时段内振铃的来电，以及没有来电记录、但时段内受理且带有振铃时间的呼叫。百分位取最近秩。",
        "en": "From the first ring to the answer. Rings of the period, and calls taken in it that carry the times of "
        "a ring which was not reported itself. Percentiles are of the nearest rank.",
    },
    M.ANSWER_TO_DISPATCH: {
        "zh-CN": "首个呼叫应答（开始受理）到首次派车。时段内建立的事件。预约以下达时刻为派车。百分位取最近秩。",
        "en": "From the answer of an incident's first call to its first order. Incidents opened in the period; a "
        "reserved unit counts from its call. Percentiles are of the nearest rank.",
    },
    M.TURNOUT: {
        "zh-CN": "下达任务到车轮滚动（出车）。时段内下达的任务，不论车辆当时在站或在途。百分位取最近秩。",
        "en": "From the order to rolling wheels. Orders given in the period, whether the unit stood at its station "
        "or was on the road. Percentiles are of the nearest rank.",
    },
    M.RESPONSE: {
        "zh-CN": "首个呼叫应答（开始受理）到首车到达现场，不是到达医院。时段内建立的事件。百分位取最近秩。",
        "en": "From the answer of an incident's first call to the first unit on scene, not at hospital. Incidents "
        "opened in the period. Percentiles are of the nearest rank.",
    },
}

EXCLUSIONS: Mapping[L, Both] = {
    L.TIME_MISSING: {"zh-CN": "缺少时间点", "en": "A time is missing"},
    L.BACKWARDS: {"zh-CN": "终点早于起点", "en": "It ends before it begins"},
    L.NOT_YET: {"zh-CN": "尚未发生", "en": "Has not happened yet"},
    L.TEST: {"zh-CN": "测试、骚扰或虚假呼叫", "en": "Test, nuisance or false call"},
    L.UNANSWERED: {"zh-CN": "未接听", "en": "Nobody answered"},
    L.NO_RING: {
        "zh-CN": "不是电话（文字、报警器、转运等）",
        "en": "No telephone call (text, alarm, transfer)",
    },
    L.MERGED: {"zh-CN": "已并入其他事件", "en": "Merged into another incident"},
    L.TRANSFER: {"zh-CN": "院间转运", "en": "Transfer between facilities"},
    L.NOT_DISPATCHED: {"zh-CN": "未派车结案", "en": "Closed without a unit"},
    L.NOT_FOLLOWED: {"zh-CN": "任务取消、收回或拒绝出车", "en": "Order called off, taken back or refused"},
}

SECTIONS: Mapping[str, Both] = {
    "held": {"zh-CN": "挂起", "en": "Held"},
    "overdue": {"zh-CN": "超时", "en": "Overdue"},
    "missed": {"zh-CN": "未接来电", "en": "Missed rings"},
    "calls": {"zh-CN": "受理呼叫", "en": "Calls taken"},
    "ends": {"zh-CN": "未转运的结束", "en": "Ends without transport"},
    "closes": {"zh-CN": "未派车结案", "en": "Closed without a unit"},
}

ENDS: Mapping[str, Both] = {
    "empty-run": {"zh-CN": "放空车", "en": "Empty run"},
    "patient-declines": {"zh-CN": "病人不去", "en": "Patient declines"},
    "patient-gone": {"zh-CN": "车到人走", "en": "Patient gone"},
    "dead-not-transported": {"zh-CN": "死亡不送", "en": "Dead, not transported"},
    "stopped": {"zh-CN": "中止任务", "en": "Stopped"},
    "cannot-go": {"zh-CN": "拒绝出车", "en": "Cannot go"},
    "cancelled": {"zh-CN": "取消", "en": "Called off"},
    "bumped": {"zh-CN": "改派", "en": "Sent elsewhere instead"},
    "taken-back": {"zh-CN": "收回", "en": "Taken back"},
    "no-ambulance-needed": {"zh-CN": "不需救护车", "en": "No ambulance needed"},
    "caller-withdrew": {"zh-CN": "呼叫人取消", "en": "Caller withdrew"},
    "duplicate": {"zh-CN": "重复呼叫", "en": "Duplicate"},
    "false-call": {"zh-CN": "虚假呼叫", "en": "False call"},
    "test-call": {"zh-CN": "测试呼叫", "en": "Test call"},
    "advice-given": {"zh-CN": "已给予指导", "en": "Advice given"},
    "passed-to-other-centre": {"zh-CN": "转其他中心", "en": "Passed to another centre"},
    "own-transport": {"zh-CN": "自行前往", "en": "Own transport"},
    "no-unit": {"zh-CN": "无车可派", "en": "No unit"},
    "unreachable": {"zh-CN": "无法联系", "en": "Unreachable"},
}
"""Ends of runs and closes of incidents; a test compares them with the tables."""

COVERAGE: Both = {
    "zh-CN": "此刻可用的单元中至少有一辆，从下达任务到到达（出车准备 + 警灯警笛行驶）不超过目标时间，即为覆盖。"
    "城镇和村庄的目标不同；不计即将空闲的单元。",
    "en": "A place is covered when at least one unit that is available now would be there within the target, from "
    "order to arrival: turnout and the drive with lights and siren. Towns and villages have targets of their own; "
    "units that may soon be free do not count.",
}
