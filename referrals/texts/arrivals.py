"""Capacity, destinations, notices and handover: what is refused, and why a facility stands where it stands."""

from web.words import Catalogue

REFUSALS: Catalogue = {
    "notice-not-found": {
        "zh-CN": "没有这个到院预告，或它不属于您；请刷新列表",
        "en": "There is no such notice for you; refresh the list",
    },
    "notice-already-sent": {
        "zh-CN": "该患者已预告给一家机构；请刷新后再看",
        "en": "A facility has been told of this patient already; refresh, then look again",
    },
    "strain-code-unknown": {
        "zh-CN": "没有这个压力代码；请选用：{allowed}",
        "en": "No such code of strain; use one of: {allowed}",
    },
    "notice-needs-who-said-it": {
        "zh-CN": "代医院记录电话答复时，请在备注中写明是谁答复的",
        "en": "This answer was heard by telephone; say in the remarks who gave it",
    },
    "handover-already-signed": {
        "zh-CN": "这一方（{side}）已经签字，无需再签；请刷新",
        "en": "This side ({side}) has signed already; refresh to see what it signed",
    },
    "facility-not-yours": {
        "zh-CN": "这不是您所在的机构；请选择本机构",
        "en": "This is not your facility; choose your own",
    },
    "capacity-too-long": {
        "zh-CN": "有效期不能超过 {hours} 小时；请填写更早的时间",
        "en": "A capacity is not meant for more than {hours} hours; give an earlier time",
    },
    "beds-exceed-total": {
        "zh-CN": "空床多于总床数；请核对",
        "en": "More beds are free than there are; check both figures",
    },
    "patient-not-located": {
        "zh-CN": "不知道患者在哪里；请先更正事件地点或等待车辆定位",
        "en": "Nobody knows where the patient is; correct the incident's place, or wait for the unit's position",
    },
}

PLACES: Catalogue = {
    "drive-there": {"zh-CN": "行驶 {drive_s} 到达", "en": "{drive_s} to drive"},
    "no-road-there": {
        "zh-CN": "没有道路可达，或位置不明",
        "en": "No road leads there, or its place is not known",
    },
    "facility-not-active": {"zh-CN": "该机构已停用", "en": "The facility is not in operation"},
    "facility-has": {"zh-CN": "具备：{abilities}", "en": "Has: {abilities}"},
    "facility-lacks": {"zh-CN": "缺少：{abilities}", "en": "Lacks: {abilities}"},
    "others-before": {
        "zh-CN": "另有 {on_the_way} 名患者在途，{offloading} 名待交接",
        "en": "{on_the_way} other patients on the way, {offloading} waiting for the handover",
    },
    "patient-wish": {"zh-CN": "患者或家属的意愿", "en": "The patient's wish"},
    "wish-does-not-suit": {
        "zh-CN": "患者意愿的机构不符合病情需要；请说明后再定",
        "en": "The facility that the patient wishes for lacks what is needed; explain, then decide",
    },
}

CAPACITY: Catalogue = {
    "capacity-unknown": {"zh-CN": "{service}：未上报接诊能力", "en": "{service}: capacity never reported"},
    "capacity-stale": {
        "zh-CN": "{service}：{age_s} 前上报，已过有效期，按未知处理",
        "en": "{service}: reported {age_s} ago and expired; counted as unknown",
    },
    "service-open": {"zh-CN": "{service}：可接诊（{age_s} 前）", "en": "{service}: open ({age_s} ago)"},
    "service-limited": {
        "zh-CN": "{service}：接诊受限（{age_s} 前）",
        "en": "{service}: limited ({age_s} ago)",
    },
    "service-full": {
        "zh-CN": "{service}：无空床（{age_s} 前）",
        "en": "{service}: no free bed ({age_s} ago)",
    },
    "service-closed": {
        "zh-CN": "{service}：称已关闭（{age_s} 前）；急危重症仍应接诊",
        "en": "{service}: says it is closed ({age_s} ago); whom it is brought in danger of life it still takes",
    },
}

TIME_CRITICAL: Catalogue = {
    "stemi-device-in-time": {
        "zh-CN": "首次医疗接触至开通约 {total_s}，在 {limit_s} 之内：直送导管室（AHA/ACC、中国胸痛中心标准）",
        "en": "First contact to device in about {total_s}, within {limit_s}: straight to the catheter laboratory "
        "(AHA/ACC, Chinese chest pain centre standard)",
    },
    "stemi-device-too-late": {
        "zh-CN": "首次医疗接触至开通约 {total_s}，超过 {limit_s}：考虑就近溶栓后转运（AHA/ACC）",
        "en": "First contact to device in about {total_s}, more than {limit_s}: consider lysis nearby, then transfer "
        "(AHA/ACC)",
    },
    "stemi-other-in-time": {
        "zh-CN": "另一家导管室可在 {total_s} 内开通：绕过本机构（AHA/ACC）",
        "en": "Another catheter laboratory is reached with {total_s} to device: bypass this facility (AHA/ACC)",
    },
    "stemi-lysis-first": {
        "zh-CN": "没有导管室能在时限内到达：先就近溶栓，再转运（AHA/ACC）",
        "en": "No catheter laboratory is reached in time: lysis here first, then transfer (AHA/ACC)",
    },
    "lvo-thrombectomy-near": {
        "zh-CN": "可取栓，比最近的溶栓医院多行驶 {extra_s}，少于 {limit_s}（AHA 2020）",
        "en": "Thrombectomy for {extra_s} more than the nearest lysis, less than {limit_s} (AHA 2020)",
    },
    "lvo-thrombectomy-far": {
        "zh-CN": "可取栓，但比最近的溶栓医院多行驶 {extra_s}，不少于 {limit_s}（AHA 2020）",
        "en": "Thrombectomy, but {extra_s} more than the nearest lysis, not less than {limit_s} (AHA 2020)",
    },
    "lvo-no-thrombectomy": {
        "zh-CN": "不能取栓，而可取栓的医院在时限内（AHA 2020）",
        "en": "No thrombectomy here, and a hospital with it is near enough (AHA 2020)",
    },
    "lvo-lysis-first": {
        "zh-CN": "可取栓的医院太远：先就近溶栓（AHA 2020）",
        "en": "Thrombectomy is too far: lysis here first (AHA 2020)",
    },
}

TEXTS: Catalogue = {**REFUSALS, **PLACES, **CAPACITY, **TIME_CRITICAL}
