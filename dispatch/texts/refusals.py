"""What dispatch refuses or finds wrong in a request, and what to do instead."""

from web.words import Catalogue

NOT_FOUND: Catalogue = {
    "incident-not-found": {
        "zh-CN": "没有这个事件，或您无权查看；请刷新列表",
        "en": "There is no such incident for you; refresh the list",
    },
    "assignment-not-found": {
        "zh-CN": "没有这个任务，或它不属于您；请刷新列表",
        "en": "There is no such assignment for you; refresh the list",
    },
    "case-not-found": {
        "zh-CN": "没有这份救治档案，或您无权查看；请刷新列表",
        "en": "There is no such case for you; refresh the list",
    },
    "call-not-found": {
        "zh-CN": "没有这个呼叫，或您无权查看；请刷新事件",
        "en": "There is no such call for you; refresh the incident",
    },
    "ring-not-found": {
        "zh-CN": "没有这个来电，或它不属于本中心；请刷新列表",
        "en": "There is no such ring for you; refresh the list",
    },
    "alarm-not-found": {
        "zh-CN": "没有这条告警，或已处理；请刷新列表",
        "en": "There is no such alarm for you, or it is settled; refresh the list",
    },
    "closure-not-found": {
        "zh-CN": "没有这项道路封闭；请刷新列表",
        "en": "There is no such closure; refresh the list",
    },
    "unit-not-found": {
        "zh-CN": "没有这个急救单元，或您无权查看；请刷新列表",
        "en": "There is no such unit for you; refresh the list",
    },
    "station-not-found": {
        "zh-CN": "没有这个急救站，或它不属于您；请刷新列表",
        "en": "There is no such station for you; refresh the list",
    },
    "staff-not-found": {
        "zh-CN": "没有这名人员；请从名单中选择",
        "en": "There is no such person; choose from the roster",
    },
    "facility-not-found": {
        "zh-CN": "没有这家机构；请从机构列表中选择",
        "en": "There is no such facility; choose from the list of organisations",
    },
}

UNITS: Catalogue = {
    "unit-already-sent": {
        "zh-CN": "该单元刚被派往另一任务；请从新的排序中另选",
        "en": "This unit was just sent elsewhere; choose from the fresh ranking",
    },
    "run-over": {
        "zh-CN": "{call_sign} 的任务已结束，没有路线；请刷新列表",
        "en": "The run of {call_sign} is over and has no route; refresh the list",
    },
    "unit-named-twice": {
        "zh-CN": "同一单元写了两次；请删去一次",
        "en": "A unit is named twice; name it once",
    },
    "unit-still-on-incident": {
        "zh-CN": "{call_sign} 仍在执行此事件；请先取消或等其结束",
        "en": "{call_sign} is still on this incident; call it off or wait for its end",
    },
    "reservation-in-past": {
        "zh-CN": "预约时间已过；请填写将来的时间",
        "en": "The reserved time has passed; give a time to come",
    },
    "too-late-to-take-back": {
        "zh-CN": "已超过 {seconds} 秒，不能收回；请填写原因后取消任务",
        "en": "More than {seconds} s have passed; call the order off with a reason instead",
    },
    "end-code-unknown": {
        "zh-CN": "没有这个结束代码；请选用：{allowed}",
        "en": "No such end code; use one of: {allowed}",
    },
    "assignment-reserved": {
        "zh-CN": "预约任务尚未下达，不能登记患者；请先下达任务",
        "en": "The order is only reserved; call it before you open a patient",
    },
    "version-stale": {
        "zh-CN": "您看到的是第 {seen} 版，现为第 {current} 版；请刷新后再改",
        "en": "You saw version {seen} and it is now {current}; refresh, then change it",
    },
    "already-stamped": {
        "zh-CN": "“{event}”已有时间；如需更正，请注明所替换的记录（supersedes）",
        "en": "{event} has its time already; to correct it, name the stamp that yours supersedes",
    },
    "event-not-reportable": {
        "zh-CN": "{event} 不由车组上报；请选用任务的时间点",
        "en": "{event} is not reported by a crew; choose a time point of the assignment",
    },
    "supersedes-nothing": {
        "zh-CN": "没有可更正的记录；请去掉 supersedes 后重新上报",
        "en": "There is no such time to correct; report it without supersedes",
    },
    "time-in-past": {
        "zh-CN": "这个时间已经过去；请填写将来的时间，或留空",
        "en": "This time is past; give one in the future, or leave it out",
    },
    "time-in-future": {
        "zh-CN": "时间比现在晚 {minutes} 分钟以上；请校准设备时钟或更正时间",
        "en": "The time lies more than {minutes} minutes ahead; set the device's clock or correct the time",
    },
}

RINGS: Catalogue = {
    "ring-answered": {
        "zh-CN": "{name}（席位 {seat}）已接听；请让其处理，或由值班长接管",
        "en": "{name} (seat {seat}) has answered; leave it there, or let a shift leader take over",
    },
    "ring-done": {
        "zh-CN": "{name} 已受理这个来电；请打开所建的事件",
        "en": "{name} has made a call of this ring; open its incident",
    },
    "ring-code-unknown": {
        "zh-CN": "没有这个处理结果；请选用：{allowed}",
        "en": "No such code for a ring; use one of: {allowed}",
    },
    "period-backwards": {
        "zh-CN": "结束时间不晚于开始时间；请更正",
        "en": "The period ends before it begins; correct it",
    },
    "period-too-long": {
        "zh-CN": "时段超过 {days} 天；请分段查询",
        "en": "The period is longer than {days} days; ask for parts of it",
    },
}

INCIDENTS: Catalogue = {
    "incident-not-located": {
        "zh-CN": "地点尚不清楚；请补充位置证据或更正地址",
        "en": "Nobody knows where it is yet; add evidence or correct the place",
    },
    "incident-merged": {
        "zh-CN": "该事件已并入另一事件；请并到现存的事件",
        "en": "That incident was merged into another; link to the one that is left",
    },
    "call-already-there": {
        "zh-CN": "该呼叫已属于此事件，无需再次关联",
        "en": "The call belongs there already; nothing to do",
    },
    "call-stands-alone": {
        "zh-CN": "该呼叫未与其他事件关联，无需解除",
        "en": "The call is not linked to another incident; nothing to undo",
    },
    "same-callback": {
        "zh-CN": "回拨号码相同；请问明是否同一事件",
        "en": "Same call-back number; ask whether it is the same incident",
    },
    "near": {
        "zh-CN": "相距 {distance_m}；请问明是否同一事件",
        "en": "{distance_m} apart; ask whether it is the same incident",
    },
    "same-complaint": {"zh-CN": "主诉相同", "en": "Same complaint"},
    "close-code-unknown": {
        "zh-CN": "没有这个受理结果；请选用：{allowed}",
        "en": "No such close code; use one of: {allowed}",
    },
    "state-unknown": {
        "zh-CN": "没有这个状态；请选用：{allowed}",
        "en": "No such state; use one of: {allowed}",
    },
    "cursor-unreadable": {
        "zh-CN": "分页标记无法读取；请从第一页重新开始",
        "en": "The page mark cannot be read; begin again with the first page",
    },
    "place-missing": {
        "zh-CN": "没有说明地点；请填写地址或坐标",
        "en": "No place was given; give an address or a point",
    },
    "place-incomplete": {
        "zh-CN": "坐标须同时给出经度、纬度和坐标系；请补齐",
        "en": "A point needs longitude, latitude and datum; add what is missing",
    },
    "evidence-source-reserved": {
        "zh-CN": "这种来源只由调度员在“更正地点”中使用；请改用该操作",
        "en": "This source is kept for the dispatcher's own word; correct the place instead",
    },
}

CASES: Catalogue = {
    "case-ended": {
        "zh-CN": "档案已结束（{end_code}），不能再改；请另建档案",
        "en": "The case has ended ({end_code}) and is not changed any more; open another",
    },
    "case-not-in-your-care": {
        "zh-CN": "您的机构只是被征询或督导，不能改写该患者的档案；请先接受转诊，或告知转出方",
        "en": "Your organisation was only asked, or supervises: accept the patient first, or tell who refers them",
    },
    "vitals-implausible": {
        "zh-CN": "有不可能的生命体征；请核对单位和数值",
        "en": "Some vital signs cannot be true; check units and figures",
    },
    "not-a-number": {"zh-CN": "不是数值；请重新填写", "en": "Not a number; enter it again"},
    "outside-hard-limit": {
        "zh-CN": "超出可能范围；请核对单位和数值",
        "en": "Beyond what is possible; check unit and figure",
    },
    "outside-soft-limit": {"zh-CN": "数值少见；请再测一次或确认", "en": "Unusual; measure again or confirm"},
    "diastolic-above-systolic": {
        "zh-CN": "舒张压高于收缩压；请核对是否填反",
        "en": "Diastolic above systolic; check whether they were swapped",
    },
    "no-pulse-yet-alert": {
        "zh-CN": "心率为 0 却清醒；请再次确认",
        "en": "No pulse and yet alert; check again",
    },
    "no-breathing-yet-alert": {
        "zh-CN": "呼吸为 0 却清醒；请再次确认",
        "en": "No breathing and yet alert; check again",
    },
    "avpu-against-gcs": {
        "zh-CN": "AVPU 与 GCS 相互矛盾；请再次评估",
        "en": "AVPU and GCS contradict each other; assess again",
    },
}

CLOSURES: Catalogue = {
    "closure-ended": {
        "zh-CN": "该封闭已解除，无需再次操作",
        "en": "The closure has ended already; nothing to do",
    },
    "closure-incomplete": {
        "zh-CN": "封闭缺少此项；请补充",
        "en": "The closure lacks this field; add it",
    },
    "datum-missing": {
        "zh-CN": "没有说明坐标系；请注明 wgs84、cgcs2000、gcj02 或 bd09",
        "en": "The datum is missing; say wgs84, cgcs2000, gcj02 or bd09",
    },
}

TEXTS: Catalogue = {**NOT_FOUND, **UNITS, **RINGS, **INCIDENTS, **CASES, **CLOSURES}
