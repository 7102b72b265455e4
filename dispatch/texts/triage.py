"""What is wrong with an answer to a question, or with a file of the question protocols."""

from web.words import Catalogue

ANSWERS: Catalogue = {
    "complaint-unknown": {
        "zh-CN": "没有“{complaint}”这个问询方案；请从列表中选择",
        "en": "There is no protocol {complaint}; choose from the list",
    },
    "question-unknown": {
        "zh-CN": "方案中没有这个问题，或问题在其条件之后；请核对问题编号",
        "en": "The protocol has no such question here; check the question's id",
    },
    "answer-not-offered": {
        "zh-CN": "“{answer}”不在选项中；请从选项中选择，或选 unknown",
        "en": "{answer} is not among the choices; take one of them, or unknown",
    },
    "answer-not-a-number": {
        "zh-CN": "“{answer}”不是数字；请填写数字，或选 unknown",
        "en": "{answer} is no number; give a number, or unknown",
    },
    "answer-out-of-range": {
        "zh-CN": "{answer} 超出该问题的范围；请核对，或选 unknown",
        "en": "{answer} is outside what this question takes; check it, or say unknown",
    },
}

FILES: Catalogue = {
    "arrest-not-recognised": {
        "zh-CN": "方案 {complaint} 未识别心脏骤停；请改正 key.toml",
        "en": "Protocol {complaint} does not recognise a cardiac arrest; correct key.toml",
    },
    "protocol-not-listed": {
        "zh-CN": "有方案文件未列入 set.toml；请补列或移走",
        "en": "A protocol file is not listed in set.toml; list it or take it away",
    },
    "protocol-misnamed": {
        "zh-CN": "方案编号 {id} 与文件名不同；请改为一致",
        "en": "The protocol's id {id} differs from its file's name; make them the same",
    },
    "protocol-missing": {
        "zh-CN": "缺少 set.toml 所列的方案文件；请补上",
        "en": "A protocol file that set.toml lists is missing; put it there",
    },
    "protocol-unreadable": {
        "zh-CN": "方案文件无法读取，请改正：{detail}",
        "en": "The protocol file cannot be read; correct it: {detail}",
    },
    "key-question-missing": {
        "zh-CN": "key.toml 缺少问题 {question}；请补上",
        "en": "key.toml lacks the question {question}; add it",
    },
    "advice-unused": {
        "zh-CN": "没有规则使用指导 {advice}；请使用或删去",
        "en": "No rule uses the advice {advice}; use it or remove it",
    },
    "advice-unknown": {
        "zh-CN": "规则 {rule} 用了没有的指导 {advice}；请写入 advice.toml",
        "en": "Rule {rule} uses an unknown advice {advice}; write it in advice.toml",
    },
    "source-unknown": {
        "zh-CN": "规则 {rule} 引用了没有的来源 {source}；请写入 set.toml",
        "en": "Rule {rule} cites an unknown source {source}; write it in set.toml",
    },
    "question-twice": {
        "zh-CN": "问题 {question} 出现两次；请删去一个",
        "en": "The question {question} stands there twice; remove one",
    },
    "question-incomplete": {
        "zh-CN": "问题 {question}（{kind}）的选项或范围不全；请补齐",
        "en": "The question {question} ({kind}) lacks choices or bounds; complete it",
    },
    "question-differs": {
        "zh-CN": "问题 {question} 在另一方案中内容不同；请改为一致或另取编号",
        "en": "The question {question} reads otherwise in another protocol; align them or rename one",
    },
    "test-does-not-fit": {
        "zh-CN": "{of} 对问题 {question} 的条件与其答案不符；请改正",
        "en": "{of} tests {question} for an answer it cannot have; correct the test",
    },
    "rule-twice": {
        "zh-CN": "规则 {id} 出现两次；请改名",
        "en": "The rule {id} stands there twice; rename one",
    },
    "choice-twice": {
        "zh-CN": "选项 {id} 出现两次；请改名",
        "en": "The choice {id} stands there twice; rename one",
    },
    "signature-of-another-version": {
        "zh-CN": "规则 {rule} 的签署属于版本 {signed}；请重新签署或删去签署",
        "en": "The signature of {rule} is for version {signed}; sign again or remove it",
    },
    "rule-raises-and-lowers": {
        "zh-CN": "规则 {rule} 既升级又降级；请只留一项",
        "en": "Rule {rule} both raises and lowers; keep one of them",
    },
    "unknown-would-lower": {
        "zh-CN": "规则 {rule} 会因未知答案而降级；请删去 unknown",
        "en": "Rule {rule} would lower on an unknown answer; take unknown out",
    },
    "lowers-without-key-answers": {
        "zh-CN": "规则 {rule} 降级前未要求清醒且呼吸正常；请补上这两项条件",
        "en": "Rule {rule} lowers without a conscious, breathing patient; add both conditions",
    },
    "lowers-before-ruling-out": {
        "zh-CN": "规则 {rule} 降级前未排除 {danger}；请补上条件",
        "en": "Rule {rule} lowers before {danger} is ruled out; add the condition",
    },
}

TEXTS: Catalogue = {**ANSWERS, **FILES}
