"""What the integrations say to persons, in zh-CN and en."""

from web.words import Catalogue

TEXTS: Catalogue = {
    "webhook-url-unusable": {
        "zh-CN": "回调地址不可用；请给出 https:// 开头、不含账号和锚点的完整地址",
        "en": "This address cannot be used; give a full https:// address without an account or a fragment",
    },
    "webhook-not-https": {
        "zh-CN": "回调地址须使用 https；请为接收系统配置证书",
        "en": "A webhook needs https; give the receiving system a certificate",
    },
    "webhook-address-inside": {
        "zh-CN": "回调地址指向内部网络，不予发送；请改用对外地址，或请管理员设置 JIUHU_WEBHOOK_PRIVATE=1",
        "en": "The address leads inside our own network; use an outer one, or have JIUHU_WEBHOOK_PRIVATE=1 set",
    },
    "webhook-kind-unknown": {
        "zh-CN": "没有 {kind} 这种记录；请从 /openapi.json 中选择",
        "en": "There is no entry kind {kind}; choose from those in /openapi.json",
    },
    "webhooks-too-many": {
        "zh-CN": "每个机构最多启用 {most} 个回调；请先停用一个",
        "en": "An organisation may have {most} webhooks enabled; disable one of them first",
    },
    "webhook-not-found": {
        "zh-CN": "没有这个回调，或不属于您的机构；请刷新列表",
        "en": "There is no such webhook of your organisation; refresh the list",
    },
    "delivery-not-found": {
        "zh-CN": "没有这次投递；请刷新列表",
        "en": "There is no such delivery; refresh the list",
    },
    "delivery-delivered": {
        "zh-CN": "已送达，无需重试",
        "en": "It has been delivered; there is nothing to try again",
    },
    "webhook-answered": {
        "zh-CN": "接收系统回答 {status}",
        "en": "The receiver answered {status}",
    },
    "webhook-timeout": {
        "zh-CN": "接收系统 {seconds} 秒内未回答",
        "en": "The receiver did not answer within {seconds} s",
    },
    "webhook-name-unknown": {
        "zh-CN": "域名无法解析",
        "en": "The name of the receiver could not be resolved",
    },
    "webhook-tls-failed": {
        "zh-CN": "无法建立受信任的加密连接",
        "en": "No trusted encrypted connection could be made",
    },
    "webhook-unreachable": {
        "zh-CN": "无法连接接收系统",
        "en": "The receiver could not be reached",
    },
}
