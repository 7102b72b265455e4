"""What the codes of referrals, offers and follow-ups are called: states, and why something ends as it does."""

from collections.abc import Mapping

from web.words import Language

Word = Mapping[Language, str]


def _words(**pairs: tuple[str, str]) -> Mapping[str, Word]:
    return {code.replace("_", "-"): {"zh-CN": zh, "en": en} for code, (zh, en) in pairs.items()}


REFERRAL_STATES = _words(
    offered=("征询中", "being asked"),
    unplaced=("无机构接收", "no place found"),
    accepted=("已接收", "accepted"),
    transport_failed=("转运未成", "transport failed"),
    cancel_requested=("申请取消", "cancellation requested"),
    arrived=("已到院", "arrived"),
    outcome_sent=("已反馈", "outcome told"),
    follow_up=("待随访", "visit due"),
    visit_cancel_requested=("待随访，申请取消", "visit due, cancellation requested"),
    cancelled=("已取消", "cancelled"),
    closed=("已结案", "closed"),
)
OFFER_STATES = _words(
    offered=("已发出", "asked"),
    received=("已签收", "in hand"),
    info_requested=("待补充资料", "question asked"),
    accepted=("已接收", "accepted"),
    declined=("已拒绝", "declined"),
    expired=("超时未答", "not answered"),
    withdrawn=("已撤回", "withdrawn"),
    given_back=("接收后退回", "acceptance withdrawn"),
)
REASONS = _words(
    no_bed=("无床位", "no bed"),
    no_icu_bed=("无重症床位", "no intensive care bed"),
    no_specialist=("无专科医师", "no specialist"),
    no_equipment=("缺少设备", "equipment missing"),
    not_indicated=("不需转诊", "transfer not indicated"),
    advice_given=("以会诊意见代替", "advice instead of transfer"),
    not_transportable=("不宜转运", "not fit for transport"),
    bed_lost=("床位已失", "bed lost"),
    equipment_down=("设备故障", "equipment out of order"),
    mass_casualty=("批量伤员", "mass casualty"),
    improved=("病情好转", "improved"),
    patient_declines=("患者拒绝", "patient declines"),
    died=("死亡", "died"),
    entered_in_error=("录入有误", "entered in error"),
    placed_elsewhere=("已另行安排", "placed elsewhere"),
    placed_by_telephone=("电话落实", "placed by telephone"),
    no_show=("未到院", "did not come"),
    lost_to_follow_up=("失访", "lost to follow-up"),
    failed=("未能完成", "failed"),
    completed=("完成", "completed"),
    referred_down=("已下转", "referred down"),
    referred_onward=("已再转", "referred onward"),
    brought_elsewhere=("已送往他院", "brought elsewhere"),
    admitted=("收住院", "admitted"),
    treated_and_discharged=("治疗后离院", "treated and discharged"),
    referred_on=("再转他院", "referred on"),
    left_against_advice=("自行离院", "left against advice"),
    home=("上门", "at home"),
    clinic=("门诊", "at the clinic"),
    telephone=("电话", "by telephone"),
    video=("视频", "by video"),
    accepted_elsewhere=("他院已接收", "accepted elsewhere"),
    cancelled=("已取消", "cancelled"),
    closed=("已结案", "closed"),
    other=("其他", "other"),
)
