"""Why a unit may not be sent now, or only with a question first."""

from web.words import Catalogue

TEXTS: Catalogue = {
    "duty-off": {"zh-CN": "未值班 {why}；请先设为值班", "en": "Off duty {why}; set it on duty first"},
    "duty-repair": {"zh-CN": "维修中 {why}；请另选", "en": "In repair {why}; choose another"},
    "duty-unusable": {"zh-CN": "不能调用 {why}；请另选", "en": "Cannot be used {why}; choose another"},
    "paused": {
        "zh-CN": "暂停调用：{why}；如需使用请先解除",
        "en": "Held back: {why}; end the hold to use it",
    },
    "crew-missing": {
        "zh-CN": "人员不齐，缺：{roles}；请急救站补齐",
        "en": "Crew incomplete, missing: {roles}; ask the station to fill it",
    },
    "clearing-at-hospital": {
        "zh-CN": "已交接，正在整理；请先询问能否出车",
        "en": "Handed over, clearing up; ask whether it can go",
    },
    "offloading-at-hospital": {
        "zh-CN": "在医院等待交接；请先询问能否出车",
        "en": "At hospital with its patient; ask whether it can go",
    },
    "on-assignment": {
        "zh-CN": "正在执行任务（{state}）；请另选",
        "en": "On an assignment ({state}); choose another",
    },
}
