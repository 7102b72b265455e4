"""What the demo's doctors say: invented patients, in plain words of our own. No advice for anybody."""

from typing import Any

REFERRED: tuple[dict[str, Any], ...] = (
    {
        "patient": {"label": "患者", "age_years": 67, "sex": "male", "complaint": "胸痛三小时"},
        "urgency": "stat",
        "reason": "胸痛三小时，心电图异常，本院不能介入治疗",
        "diagnosis": "疑似急性心肌梗死",
        "department": "cardiology",
        "treatment": "已吸氧、建立静脉通路",
        "by_ambulance": True,
    },
    {
        "patient": {"label": "患者", "age_years": 58, "sex": "female", "complaint": "血压反复升高"},
        "urgency": "urgent",
        "reason": "规律服药三个月血压仍未达标，需进一步检查",
        "diagnosis": "高血压 3 级",
        "department": "general",
        "treatment": "口服降压药两种",
        "by_ambulance": False,
    },
    {
        "patient": {"label": "患者", "age_years": 31, "sex": "female", "complaint": "孕 36 周头痛"},
        "urgency": "emergency",
        "reason": "孕 36 周，血压升高伴头痛，需上级产科处理",
        "diagnosis": "妊娠期高血压疾病待查",
        "department": "obstetrics",
        "treatment": "左侧卧位，监测胎心",
        "by_ambulance": True,
    },
    {
        "patient": {"label": "患者", "age_years": 73, "sex": "male", "complaint": "右侧肢体无力一小时"},
        "urgency": "stat",
        "reason": "突发右侧肢体无力一小时，需溶栓评估",
        "diagnosis": "疑似脑卒中",
        "department": "stroke",
        "treatment": "记录末次正常时间，监测生命体征",
        "by_ambulance": True,
    },
)
"""Patients whom a township clinic refers up."""

OUTCOMES: tuple[dict[str, Any], ...] = (
    {
        "outcome": "treated-and-discharged",
        "diagnosis": "已明确诊断，病情稳定",
        "summary": "经治疗症状缓解，复查指标好转。",
        "advice": "按时服药，两周内复诊。",
    },
    {
        "outcome": "admitted",
        "diagnosis": "收住院继续治疗",
        "summary": "已收入专科病房，病情平稳。",
        "advice": "待出院后转回。",
    },
)
PLANS = (
    "按医嘱服药；每周测血压两次；两周内家庭医生上门随访。",
    "低盐饮食，按时服药；如胸痛、头晕立即拨打 120；两周内复查。",
)
VISITS: tuple[dict[str, Any], ...] = (
    {
        "way": "home",
        "findings": "患者一般情况好，按时服药，无不适。",
        "systolic_mmhg": 132,
        "diastolic_mmhg": 82,
        "next_step": "一个月后复查",
    },
    {
        "way": "clinic",
        "findings": "血压控制可，饮食已指导。",
        "systolic_mmhg": 138,
        "diastolic_mmhg": 86,
        "next_step": "两周后再测",
    },
)
