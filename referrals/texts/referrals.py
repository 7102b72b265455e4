"""Referrals, offers and follow-ups: what is refused, and what speaks for and against a candidate."""

from web.words import Catalogue

REFUSALS: Catalogue = {
    "referral-not-found": {
        "zh-CN": "没有这个转诊，或它不属于您；请刷新列表",
        "en": "There is no such referral for you; refresh the list",
    },
    "offer-not-found": {
        "zh-CN": "没有这个收治征询，或它不属于您；请刷新列表",
        "en": "There is no such offer for you; refresh the list",
    },
    "offer-over": {
        "zh-CN": "该征询已结束（超时、已答复或已撤回）；请刷新列表，如仍可接收，请致电转出机构",
        "en": "This offer is over (out of time, answered or withdrawn); refresh the list, and if you can still take the"
        " patient, telephone the referring facility",
    },
    "offer-lost": {
        "zh-CN": "另一家机构已先接收该患者，本院无需准备床位；请刷新列表",
        "en": "Another facility accepted this patient first, so keep no bed; refresh the list",
    },
    "referral-run-asked": {
        "zh-CN": "已为该患者请求救护车，无需再次请求；请查看车辆状态",
        "en": "A vehicle is asked for already, so ask for no second one; look at where it stands",
    },
    "referral-run-needless": {
        "zh-CN": "患者已到达，或本次转诊不用救护车，无需派车；请刷新后再看",
        "en": "The patient is there already, or comes without an ambulance; refresh and look again",
    },
    "referral-code-unknown": {
        "zh-CN": "没有这个代码；请选用：{allowed}",
        "en": "No such code; use one of: {allowed}",
    },
    "referral-needs-patient": {
        "zh-CN": "请给出档案编号或患者资料，二者只填其一",
        "en": "Name the case or describe the patient, one of the two",
    },
    "referral-needs-plan": {
        "zh-CN": "下转须附后续治疗和随访计划；请填写",
        "en": "A referral down carries its plan; write what is to be done",
    },
    "referral-needs-facility": {
        "zh-CN": "只有医疗机构可以转诊；请由医院或卫生院账号操作",
        "en": "Only a facility refers patients; sign in for a hospital or a clinic",
    },
    "referral-needs-centre": {
        "zh-CN": "本地区没有登记急救中心，无人兜底；请联系管理员",
        "en": "The region has no centre that hears when nobody answers; ask the administrator",
    },
    "referral-candidate-twice": {
        "zh-CN": "该机构已在征询中或写了两次；请换一家",
        "en": "A facility is named twice or is being asked already; choose another one",
    },
    "referral-to-self": {
        "zh-CN": "不能转给本机构；请另选",
        "en": "A facility does not refer to itself; choose another one",
    },
    "referral-wrong-way": {
        "zh-CN": "该机构的级别与转诊方向不符；请改方向或另选机构",
        "en": "The facility's level lies in another direction; change the direction, or choose another facility",
    },
    "referral-skips-level": {
        "zh-CN": "越级转诊；请填写原因，或先选上一级机构",
        "en": "A level is skipped; give the reason, or choose the next level",
    },
    "referral-unknown": {
        "zh-CN": "没有这个转诊可供关联；请核对编号",
        "en": "There is no such referral to build on; check its number",
    },
    "referral-of-other-case": {
        "zh-CN": "该转诊属于另一份档案；请在同一档案中关联",
        "en": "That referral belongs to another case; name one of the same case",
    },
    "referral-case-ended": {
        "zh-CN": "档案已结束；请为患者新建转诊",
        "en": "The case has ended; refer the patient anew",
    },
}

CANDIDATES: Catalogue = {
    "candidate-knows-patient": {"zh-CN": "患者由该机构转来", "en": "The patient came from there"},
    "candidate-has-all": {
        "zh-CN": "具备所需能力：{capabilities}",
        "en": "Has what is needed: {capabilities}",
    },
    "candidate-lacks": {"zh-CN": "缺少：{capabilities}", "en": "Lacks: {capabilities}"},
    "candidate-drive": {"zh-CN": "车程约 {minutes} 分钟", "en": "About {minutes} min by road"},
    "candidate-no-road": {"zh-CN": "目前没有可通行的道路", "en": "No road leads there at present"},
    "candidate-skips-level": {"zh-CN": "越级，须说明原因", "en": "Skips a level: give the reason"},
    "candidate-open": {
        "zh-CN": "{minutes} 分钟前报告可收治",
        "en": "Said {minutes} min ago that it takes patients",
    },
    "candidate-full": {"zh-CN": "{minutes} 分钟前报告已满", "en": "Said {minutes} min ago that it is full"},
    "candidate-capacity-old": {
        "zh-CN": "收治能力为 {minutes} 分钟前所报，已过期",
        "en": "Its capacity was told {minutes} min ago and is out of date",
    },
    "candidate-capacity-unknown": {"zh-CN": "收治能力未知", "en": "Its capacity is not known"},
}

TEXTS: Catalogue = {**REFUSALS, **CANDIDATES}
