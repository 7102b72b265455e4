"""What web and the ledger say to persons: every code either may raise, in zh-CN and en."""

from web.words import Catalogue

LEDGER: Catalogue = {
    "entry-not-found": {
        "zh-CN": "没有这条记录；请刷新",
        "en": "There is no such entry; refresh",
    },
    "stream-not-found": {
        "zh-CN": "没有这个事件或档案，或您无权查看；请刷新列表",
        "en": "There is no such incident or case for you; refresh the list",
    },
    "organisation-not-found": {
        "zh-CN": "没有这个机构；请从机构列表中选择",
        "en": "There is no such organisation; choose from the list",
    },
    "organisation-code-taken": {
        "zh-CN": "机构代码 {value} 已被使用；请另选",
        "en": "The organisation code {value} is taken; choose another",
    },
    "transition-not-open": {
        "zh-CN": "当前状态（{state}）下不能执行 {event}；请刷新后再看",
        "en": "{event} is not possible in state {state}; refresh and look again",
    },
    "transition-not-yours": {
        "zh-CN": "角色 {role} 不能执行 {event}；请由有权限的人员操作",
        "en": "{event} is not open to the role {role}; ask somebody who may",
    },
    "idempotency-key-reused": {
        "zh-CN": "同一个 Idempotency-Key 已用于另一请求；请换一个新值",
        "en": "This Idempotency-Key was already used for another request; take a new one",
    },
    "database-in-use": {
        "zh-CN": "数据库文件 {file} 正由另一进程使用；请先停止它，或用 --database 另选",
        "en": "Another process is using the database file {file}; stop it, or choose another with --database",
    },
    "database-damaged": {
        "zh-CN": "数据库文件 {file} 已损坏（{verdict}）；请用 jiuhu restore 恢复最近的备份",
        "en": "The database file {file} is damaged ({verdict}); restore the latest backup with jiuhu restore",
    },
    "database-too-new": {
        "zh-CN": "数据库版本 {revision} 比本程序新，请先升级程序",
        "en": "The database has version {revision}, which is newer than this program; upgrade the program",
    },
    "database-unreachable": {
        "zh-CN": "数据库无法连接（{error}）；请检查地址以及 PostgreSQL 是否运行",
        "en": "The database cannot be reached ({error}); check its address and whether PostgreSQL runs",
    },
    "database-closed": {
        "zh-CN": "服务正在停止；请在重启后重试",
        "en": "The service is stopping; try again when it is back",
    },
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
    "json-malformed": {
        "zh-CN": "请求正文不是有效的 JSON；请改正",
        "en": "The body is no valid JSON; correct it",
    },
    "json-too-deep": {
        "zh-CN": "JSON 嵌套超过 {limit} 层；请减少层数",
        "en": "The JSON is nested deeper than {limit} levels; flatten it",
    },
    "field-missing": {
        "zh-CN": "缺少必填项；请填写",
        "en": "This field is required; fill it in",
    },
    "field-unknown": {
        "zh-CN": "没有这个字段；请删去或核对名称",
        "en": "There is no such field here; remove it or check its name",
    },
    "field-repeated": {
        "zh-CN": "这个参数只能出现一次；请删去重复的",
        "en": "This parameter may stand only once; remove the others",
    },
    "field-wrong-type": {
        "zh-CN": "类型应为 {expected}，实为 {got}；请改正",
        "en": "Expected {expected}, got {got}; correct it",
    },
    "field-invalid": {
        "zh-CN": "内容不符合要求（{problem}）；请改正",
        "en": "Not acceptable ({problem}); correct it",
    },
    "number-out-of-range": {"zh-CN": "数值超出范围", "en": "The number is out of range"},
    "text-has-nul": {"zh-CN": "文字中含有不可用的字符（NUL）", "en": "The text holds a NUL character"},
    "idempotency-key-missing": {
        "zh-CN": "缺少 Idempotency-Key 请求头；请为每条命令附上一个新值",
        "en": "The Idempotency-Key header is missing; give every command a new one",
    },
    "idempotency-key-malformed": {
        "zh-CN": "Idempotency-Key 应为 1 至 {limit} 个可见 ASCII 字符；请改正",
        "en": "An Idempotency-Key has 1 to {limit} visible ASCII characters; correct it",
    },
    "if-match-missing": {
        "zh-CN": "缺少 If-Match 请求头；请写明所改的版本",
        "en": "The If-Match header is missing; say which version you change",
    },
    "sequencer-behind": {
        "zh-CN": "台账编号落后 {seconds} 秒，实时推送停滞；请查看日志",
        "en": "The ledger's sequencer is {seconds} s behind and live streams stand still; look at the log",
    },
    "if-match-unsupported": {
        "zh-CN": "这个操作不比较版本；请去掉 If-Match，或在正文里写 version",
        "en": "This command does not compare versions; leave If-Match out, or give version in the body",
    },
    "time-out-of-range": {
        "zh-CN": "时间不在 2000 年到 2100 年之间；请填写真实的时间",
        "en": "The time is not between the years 2000 and 2100; give the real one",
    },
    "if-match-malformed": {
        "zh-CN": 'If-Match 格式不对；请写成 W/"版本号"',
        "en": 'If-Match cannot be read; write W/"version"',
    },
    "last-event-id-malformed": {
        "zh-CN": "Last-Event-ID 应为非负整数；请用最后收到的编号",
        "en": "Last-Event-ID should be a whole number from 0; send the last id you received",
    },
    "body-not-json": {
        "zh-CN": "Content-Type 不是 application/json；请改正请求头",
        "en": "The Content-Type is not application/json; correct the header",
    },
    "body-too-large": {
        "zh-CN": "请求正文过大；请分次发送",
        "en": "The body is too large; send it in parts",
    },
    "body-cut-off": {
        "zh-CN": "请求没有传完就断开了，未产生任何效果；请用同一个 Idempotency-Key 重新发送",
        "en": "The request broke off half sent and had no effect; send it again with the same Idempotency-Key",
    },
    "body-too-slow": {
        "zh-CN": "请求正文接收超时；请检查网络后重试",
        "en": "The body took too long to arrive; check the network and try again",
    },
    "request-malformed": {
        "zh-CN": "请求无法读取；请检查请求行和请求头",
        "en": "The request cannot be read; check its first line and headers",
    },
    "path-not-found": {
        "zh-CN": "没有这个地址；请查看 /docs",
        "en": "There is nothing at this address; see /docs",
    },
    "method-not-allowed": {
        "zh-CN": "这个地址不支持 {method}；请查看 /docs",
        "en": "This address does not take {method}; see /docs",
    },
    "internal-error": {
        "zh-CN": "系统内部错误，已记录。报告故障时请提供编号 {request_id}",
        "en": "Something broke on our side and was recorded. Please report it as {request_id}",
    },
    "not-signed-in": {
        "zh-CN": "尚未登录或登录已失效；请重新登录",
        "en": "Not signed in, or no longer; sign in again",
    },
    "not-permitted": {
        "zh-CN": "角色 {role} 没有权限（{permission}）；请由有权限的人员操作",
        "en": "The role {role} may not do this ({permission}); ask somebody who may",
    },
    "foreign-origin": {
        "zh-CN": "请求来自其他网站，已拒绝；请从本系统的页面操作",
        "en": "The request comes from another site and was refused; use the pages of this service",
    },
    "websocket-expected": {
        "zh-CN": "此地址只接受 WebSocket 连接；请改用 WebSocket",
        "en": "This address takes WebSocket connections only; open one",
    },
    "frame-not-text": {
        "zh-CN": "只接受文本帧；请以文本发送 JSON",
        "en": "Only text frames are taken; send JSON as text",
    },
    "sign-in-refused": {
        "zh-CN": "用户名或密码不正确；请重新输入",
        "en": "Login or password is wrong; enter them again",
    },
    "sign-in-too-often": {
        "zh-CN": "失败次数过多，请在 {retry_after_s} 秒后重试",
        "en": "Too many failures; try again in {retry_after_s} s",
    },
    "login-taken": {
        "zh-CN": "用户名 {login} 已被使用；请另选",
        "en": "The login {login} is taken; choose another",
    },
    "login-malformed": {
        "zh-CN": "用户名应为 2 至 60 个字符，不含空格；请另选",
        "en": "A login has 2 to 60 characters and no space; choose another",
    },
    "password-too-short": {
        "zh-CN": "密码至少 {minimum} 个字符；请加长",
        "en": "A password has at least {minimum} characters; take a longer one",
    },
    "password-too-long": {
        "zh-CN": "密码最多 {maximum} 个字符；请缩短",
        "en": "A password has at most {maximum} characters; take a shorter one",
    },
    "role-not-for-accounts": {
        "zh-CN": "角色 {role} 只属于系统本身；请另选",
        "en": "The role {role} belongs to the service itself; choose another",
    },
    "crew-without-unit": {
        "zh-CN": "车组账户须指定急救单元；请用 --unit 填写呼号",
        "en": "A crew account needs its unit; name it with --unit",
    },
    "station-desk-without-station": {
        "zh-CN": "急救站账户须指定急救站；请用 --station 填写编码",
        "en": "A station account needs its station; name it with --station",
    },
    "seat-malformed": {
        "zh-CN": "席位名只能用小写字母、数字和连字符，最多 {limit} 个字符；请更正 Jiuhu-Seat",
        "en": "A seat's name has lower-case letters, digits and hyphens, at most {limit}; correct Jiuhu-Seat",
    },
    "demo-foreign-host": {
        "zh-CN": "免密码入座只认本机地址；请用 localhost 或 127.0.0.1 打开页面",
        "en": "Sitting down without a password works under this machine's own address; open the page at localhost",
    },
    "demo-loopback-only": {
        "zh-CN": "免密码入座只在本机上有效；请在本机打开页面，或用密码登录",
        "en": "Sitting down without a password works on this machine only; open the page there, or sign in",
    },
    "hello-missing": {
        "zh-CN": "连接后 {seconds} 秒内没有收到 hello；请重新连接并先发送 hello",
        "en": "No hello came within {seconds} s; connect again and say hello first",
    },
    "hello-said-already": {
        "zh-CN": "这个连接在 hello 之后只接收；请重新连接，命令请用 POST 发送",
        "en": "After hello this connection only listens; connect again, and send commands with POST",
    },
    "user-not-found": {
        "zh-CN": "没有这个用户；请用 jiuhu user list 查看",
        "en": "There is no such user; see jiuhu user list",
    },
    "client-not-found": {
        "zh-CN": "没有这个接入系统；请用 jiuhu client list 查看",
        "en": "There is no such machine client; see jiuhu client list",
    },
    "not-ready": {
        "zh-CN": "服务尚未就绪（{failing}）；请稍候或查看日志",
        "en": "Not ready ({failing}); wait a little, or look at the log",
    },
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
