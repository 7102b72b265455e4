"""What web and the ledger say to persons: every code either may raise, in zh-CN and en."""

from web.words import Catalogue

LEDGER: Catalogue = {
    "entry-not-found": {"zh-CN": "没有这条记录", "en": "There is no such entry"},
    "stream-not-found": {"zh-CN": "没有这个事件或档案", "en": "There is no such incident or case"},
    "organisation-not-found": {"zh-CN": "没有这个机构", "en": "There is no such organisation"},
    "organisation-code-taken": {
        "zh-CN": "机构代码 {value} 已被使用",
        "en": "The organisation code {value} is taken",
    },
    "transition-not-open": {
        "zh-CN": "当前状态（{state}）下不能执行 {event}",
        "en": "{event} is not possible in state {state}",
    },
    "transition-not-yours": {
        "zh-CN": "角色 {role} 不能执行 {event}",
        "en": "{event} is not open to the role {role}",
    },
    "idempotency-key-reused": {
        "zh-CN": "同一个 Idempotency-Key 已用于另一请求",
        "en": "This Idempotency-Key was already used for another request",
    },
    "database-in-use": {
        "zh-CN": "数据库文件 {file} 正由另一进程使用",
        "en": "Another process is using the database file {file}",
    },
    "database-damaged": {
        "zh-CN": "数据库文件 {file} 已损坏：{verdict}",
        "en": "The database file {file} is damaged: {verdict}",
    },
    "database-too-new": {
        "zh-CN": "数据库版本 {revision} 比本程序新，请先升级程序",
        "en": "The database has version {revision}, which is newer than this program; upgrade the program",
    },
    "database-unreachable": {
        "zh-CN": "数据库无法连接：{error}",
        "en": "The database cannot be reached: {error}",
    },
    "database-closed": {"zh-CN": "服务正在停止", "en": "The service is stopping"},
    "database-gone": {
        "zh-CN": "数据库暂时无法连接，请重试",
        "en": "The database cannot be reached now; try again",
    },
    "database-write-failed": {
        "zh-CN": "数据未能写入，未保存任何内容；请重试",
        "en": "Writing failed and nothing was kept; try again",
    },
}

STATUSES: Catalogue = {
    "status-400": {"zh-CN": "请求无法读取", "en": "The request cannot be read"},
    "status-401": {"zh-CN": "请先登录", "en": "Sign in first"},
    "status-403": {"zh-CN": "没有权限", "en": "Not allowed"},
    "status-404": {"zh-CN": "没有找到", "en": "Not found"},
    "status-405": {"zh-CN": "不支持这种方法", "en": "Method not allowed"},
    "status-408": {"zh-CN": "请求接收超时", "en": "The request took too long to arrive"},
    "status-409": {"zh-CN": "与当前状态冲突", "en": "Not possible as things stand"},
    "status-412": {"zh-CN": "内容已被他人更改", "en": "Changed by somebody else in the meantime"},
    "status-413": {"zh-CN": "请求过大", "en": "The request is too large"},
    "status-415": {"zh-CN": "内容类型不支持", "en": "This kind of content is not taken"},
    "status-422": {"zh-CN": "内容有误", "en": "Something in the request is not right"},
    "status-428": {"zh-CN": "缺少版本号", "en": "The version is missing"},
    "status-429": {"zh-CN": "请求过于频繁", "en": "Too many requests"},
    "status-500": {"zh-CN": "系统内部错误", "en": "Our own fault"},
    "status-503": {"zh-CN": "服务暂时不可用", "en": "Not available now"},
}

WEB: Catalogue = {
    "json-malformed": {"zh-CN": "请求正文不是有效的 JSON", "en": "The body is no valid JSON"},
    "json-too-deep": {
        "zh-CN": "JSON 嵌套超过 {limit} 层",
        "en": "The JSON is nested deeper than {limit} levels",
    },
    "field-missing": {"zh-CN": "缺少必填项", "en": "This field is required"},
    "field-unknown": {"zh-CN": "没有这个字段", "en": "There is no such field here"},
    "field-repeated": {"zh-CN": "这个参数只能出现一次", "en": "This parameter may stand only once"},
    "field-wrong-type": {"zh-CN": "类型应为 {expected}，实为 {got}", "en": "Expected {expected}, got {got}"},
    "field-invalid": {"zh-CN": "内容不符合要求（{problem}）", "en": "Not acceptable: {problem}"},
    "number-out-of-range": {"zh-CN": "数值超出范围", "en": "The number is out of range"},
    "text-has-nul": {"zh-CN": "文字中含有不可用的字符（NUL）", "en": "The text holds a NUL character"},
    "idempotency-key-missing": {
        "zh-CN": "缺少 Idempotency-Key 请求头",
        "en": "The Idempotency-Key header is missing",
    },
    "idempotency-key-malformed": {
        "zh-CN": "Idempotency-Key 应为 1 至 {limit} 个可见 ASCII 字符",
        "en": "An Idempotency-Key has 1 to {limit} visible ASCII characters",
    },
    "if-match-missing": {
        "zh-CN": "缺少 If-Match 请求头：请写明所改的版本",
        "en": "The If-Match header is missing: say which version you change",
    },
    "if-match-malformed": {"zh-CN": 'If-Match 应为 W/"版本号"', "en": 'If-Match should read W/"version"'},
    "last-event-id-malformed": {
        "zh-CN": "Last-Event-ID 应为非负整数",
        "en": "Last-Event-ID should be a whole number from 0",
    },
    "body-not-json": {
        "zh-CN": "Content-Type 应为 application/json",
        "en": "Content-Type should be application/json",
    },
    "body-too-large": {"zh-CN": "请求正文过大", "en": "The body is too large"},
    "body-too-slow": {"zh-CN": "请求正文接收超时", "en": "The body took too long to arrive"},
    "request-malformed": {"zh-CN": "请求无法读取", "en": "The request cannot be read"},
    "path-not-found": {"zh-CN": "没有这个地址", "en": "There is nothing at this address"},
    "method-not-allowed": {"zh-CN": "这个地址不支持 {method}", "en": "This address does not take {method}"},
    "internal-error": {
        "zh-CN": "系统内部错误，已记录。报告故障时请提供编号 {request_id}",
        "en": "Something broke on our side and was recorded. Please report it as {request_id}",
    },
    "not-signed-in": {"zh-CN": "尚未登录或登录已失效", "en": "Not signed in, or no longer"},
    "not-permitted": {
        "zh-CN": "角色 {role} 没有权限：{permission}",
        "en": "The role {role} may not: {permission}",
    },
    "foreign-origin": {
        "zh-CN": "请求来自其他网站，已拒绝",
        "en": "The request comes from another site and was refused",
    },
    "websocket-expected": {
        "zh-CN": "此地址只接受 WebSocket 连接",
        "en": "This address takes WebSocket connections only",
    },
    "frame-not-text": {"zh-CN": "只接受文本帧", "en": "Only text frames are taken"},
    "sign-in-refused": {"zh-CN": "用户名或密码不正确", "en": "Login or password is wrong"},
    "sign-in-too-often": {
        "zh-CN": "失败次数过多，请在 {retry_after_s} 秒后重试",
        "en": "Too many failures; try again in {retry_after_s} s",
    },
    "login-taken": {"zh-CN": "用户名 {login} 已被使用", "en": "The login {login} is taken"},
    "login-malformed": {
        "zh-CN": "用户名应为 2 至 60 个字符，不含空格",
        "en": "A login has 2 to 60 characters and no space",
    },
    "password-too-short": {
        "zh-CN": "密码至少 {minimum} 个字符",
        "en": "A password has at least {minimum} characters",
    },
    "password-too-long": {
        "zh-CN": "密码最多 {maximum} 个字符",
        "en": "A password has at most {maximum} characters",
    },
    "role-not-for-accounts": {
        "zh-CN": "角色 {role} 只属于系统本身",
        "en": "The role {role} belongs to the service itself",
    },
    "crew-without-unit": {"zh-CN": "车组账户须指定急救单元", "en": "A crew account needs its unit"},
    "station-desk-without-station": {
        "zh-CN": "急救站账户须指定急救站",
        "en": "A station account needs its station",
    },
    "user-not-found": {"zh-CN": "没有这个用户", "en": "There is no such user"},
    "client-not-found": {"zh-CN": "没有这个接入系统", "en": "There is no such machine client"},
    "not-ready": {"zh-CN": "服务尚未就绪：{failing}", "en": "Not ready: {failing}"},
    "check-failed": {"zh-CN": "检查未能完成", "en": "The check could not be made"},
    "stream-too-slow": {
        "zh-CN": "接收过慢，实时通道已断开；请重新连接",
        "en": "Too slow to keep up; please connect again",
    },
    "stream-position-unknown": {
        "zh-CN": "所给位置尚不存在；请重新取得现状",
        "en": "That position does not exist yet; fetch the present state again",
    },
    "stream-position-too-old": {
        "zh-CN": "所给位置过旧；请重新取得现状",
        "en": "That position is too far back; fetch the present state again",
    },
}

TEXTS: Catalogue = {**LEDGER, **STATUSES, **WEB}
