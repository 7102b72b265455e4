"""What the command line says to persons, in zh-CN and en."""

from web.words import Catalogue

TEXTS: Catalogue = {
    "address-in-use": {
        "zh-CN": "无法监听 {host}:{port}（{why}）。请停止占用该端口的程序，或用 --port 换一个端口。",
        "en": "Cannot listen on {host}:{port} ({why}). Stop what uses that port, or choose another with --port.",
    },
    "demo-only": {
        "zh-CN": "只有演示系统才有可直接入座的席位；请用账号和密码登录。",
        "en": "Only a demo has seats to sit down at; sign in with login and password.",
    },
    "port-unusable": {
        "zh-CN": "{value} 不是端口号。请用 --port 或 JIUHU_PORT 设为 0 到 65535 之间的整数。",
        "en": "{value} is no port. Set --port or JIUHU_PORT to a whole number from 0 to 65535.",
    },
    "speed-unusable": {
        "zh-CN": "演示速度 {value} 不可用。请用 --speed 设为 {slowest} 到 {fastest} 之间的数。",
        "en": "The demo cannot live {value} times as fast. Set --speed to a number from {slowest} to {fastest}.",
    },
    "prefecture-missing": {
        "zh-CN": "数据库中还没有任何机构。请先运行 jiuhu load 文件.json，或用 serve --demo 启动演示地区。",
        "en": "The database holds no organisations yet. Run jiuhu load FILE.json first, or serve --demo.",
    },
    "prefecture-loaded-already": {
        "zh-CN": "数据库中已有机构，未作任何改动。如需装载另一地区，请用 --database 另选数据库。",
        "en": "The database holds organisations already; nothing was changed. "
        "Choose another with --database to load another prefecture.",
    },
    "prefecture-unreadable": {
        "zh-CN": "{file} 不是可用的地区文件：{why}。请对照 fixtures/andorra.json 改正。",
        "en": "{file} is no usable prefecture file: {why}. Correct it after the example of fixtures/andorra.json.",
    },
    "prefecture-without-centre": {
        "zh-CN": "地区文件中没有急救中心（kind: centre）。请补充后重试。",
        "en": "The prefecture has no centre (kind: centre). Add one and try again.",
    },
    "organisation-parent-unknown": {
        "zh-CN": "机构 {code_named} 的上级不在文件中，或互为上级。请改正后重试。",
        "en": "The parent of organisation {code_named} is not in the file, or parents form a circle. "
        "Correct that and try again.",
    },
    "database-not-demo": {
        "zh-CN": "{database} 中有真实数据，不能用作演示。请用 --database 另选一个。",
        "en": "{database} holds real data and cannot be a demo. Choose another with --database.",
    },
    "demo-refuses-accounts": {
        "zh-CN": "这是演示数据库，永久标记为演示，不接受真实用户和接口。请新建数据库。",
        "en": "This is a demo database, marked so for ever; it takes no real users or clients. Make a new database.",
    },
    "organisation-code-unknown": {
        "zh-CN": "没有编码为 {value} 的机构。请核对所装载地区文件中的机构编码。",
        "en": "No organisation has the code {value}. Look it up in the prefecture's file.",
    },
    "unit-unknown": {
        "zh-CN": "没有呼号为 {value} 的单元。请核对地区文件中的呼号。",
        "en": "No unit has the call sign {value}. Look it up in the prefecture's file.",
    },
    "station-unknown": {
        "zh-CN": "没有编码为 {value} 的急救站。请核对地区文件中的编码。",
        "en": "No station has the code {value}. Look it up in the prefecture's file.",
    },
    "station-of-another": {
        "zh-CN": "急救站 {value} 不属于机构 {organisation}。请改用它所属的机构。",
        "en": "The station {value} does not belong to the organisation {organisation}. Name the one it belongs to.",
    },
    "backup-embedded-only": {
        "zh-CN": "备份与恢复只用于内嵌数据库；PostgreSQL 请用 pg_basebackup 或 pg_dump。",
        "en": "Backup and restore are for the embedded database; for PostgreSQL use pg_basebackup or pg_dump.",
    },
    "backup-target-exists": {
        "zh-CN": "{file} 已存在，未覆盖。请换一个文件名。",
        "en": "{file} exists and was not overwritten. Choose another name.",
    },
    "backup-missing": {
        "zh-CN": "找不到备份 {file}。请核对文件名。",
        "en": "There is no backup {file}. Check the name.",
    },
    "backup-differs": {
        "zh-CN": "备份未通过核对：{different} 行与台账不符，{gaps} 处缺号。请改用更早的备份并报告此事。",
        "en": "The backup failed its check: {different} rows differ from the ledger, {gaps} gaps. "
        "Use an earlier backup, and report this.",
    },
    "backup-altered": {
        "zh-CN": "{file} 与其 .sha256 文件不符：备份不完整或被改动，未恢复。请改用另一份备份。",
        "en": "{file} does not match the .sha256 beside it: it is cut off or was altered. Use another backup.",
    },
    "backup-changed-while-copied": {
        "zh-CN": "{file} 在复制时被改动，未恢复。请待其写完后重试。",
        "en": "{file} changed while it was copied; nothing was restored. Try again when nobody writes to it.",
    },
    "service-not-running": {
        "zh-CN": "服务未运行（{socket}）。请重试；命令将直接在数据库上执行。",
        "en": "The service is not running ({socket}). Try again: the command then works on the database itself.",
    },
    "service-went-away": {
        "zh-CN": "服务在执行命令时停止，结果未知。请重启后核对。",
        "en": "The service stopped while it worked on the command; the outcome is unknown. Restart and look.",
    },
    "command-unknown": {
        "zh-CN": "运行中的服务版本不认识这条命令：{error}。请重启服务后重试。",
        "en": "The running service is of another version and does not know this command: {error}. "
        "Restart it and try again.",
    },
    "client-id-unusable": {
        "zh-CN": "{value} 不是接入系统的编号。请用 jiuhu client list 查看编号。",
        "en": "{value} is no client's id. Look it up with jiuhu client list.",
    },
    "file-unusable": {
        "zh-CN": "无法使用 {file}：{why}。请检查路径和权限，或用 --data 另选文件夹。",
        "en": "{file} cannot be used: {why}. Check path and rights, or choose another folder with --data.",
    },
    "roads-not-loaded": {
        "zh-CN": "服务没有路网。请运行 jiuhu import-roads 文件.osm.pbf 后重启。",
        "en": "The service has no roads. Run jiuhu import-roads FILE.osm.pbf and restart.",
    },
    "roads-missing": {
        "zh-CN": "找不到路网 {file}。请核对文件名；安装用的路网由 jiuhu import-roads 文件.osm.pbf 导入。",
        "en": "There are no roads at {file}. Check the name; an installation gets its roads from "
        "jiuhu import-roads FILE.osm.pbf.",
    },
    "roads-empty": {
        "zh-CN": "{file} 中没有可通行的道路。请换一个 OpenStreetMap 数据文件。",
        "en": "{file} holds no road that can be driven. Take another OpenStreetMap extract.",
    },
    "roads-damaged": {
        "zh-CN": "{file} 已损坏或不完整。请重新下载或重新导入。",
        "en": "{file} is damaged or cut off. Fetch it again, or import again.",
    },
    "roads-unknown-format": {
        "zh-CN": "{file} 不是 OpenStreetMap 文件。请提供 .osm.pbf 或 .osm 文件。",
        "en": "{file} is no OpenStreetMap file. Give an .osm.pbf or .osm file.",
    },
    "roads-other-version": {
        "zh-CN": "{file} 由另一版本导入。请重新运行 jiuhu import-roads。",
        "en": "{file} was imported by another version. Run jiuhu import-roads again.",
    },
    "doctor-python": {"zh-CN": "Python {version}", "en": "Python {version}"},
    "doctor-router-compiled": {
        "zh-CN": "行车时间由编译索引计算（routingkit-cch）。",
        "en": "Travel times come from the compiled index (routingkit-cch).",
    },
    "doctor-router-slow": {
        "zh-CN": "缺少 routingkit-cch，改用 scipy：结果相同，慢约一百倍。安装：pip install routingkit-cch",
        "en": "routingkit-cch is missing and scipy answers instead: the same results, about a hundred times slower. "
        "Install it with: pip install routingkit-cch",
    },
    "doctor-roads": {
        "zh-CN": "路网：{junctions} 个路口，{arcs} 条有向路段（{folder}）。",
        "en": "Roads: {junctions} junctions, {arcs} directed arcs ({folder}).",
    },
    "doctor-database-embedded": {
        "zh-CN": "内嵌数据库 {database}，{organisations} 个机构。",
        "en": "Embedded database {database} with {organisations} organisations.",
    },
    "doctor-database-postgres": {
        "zh-CN": "PostgreSQL 数据库 {database}，{organisations} 个机构。",
        "en": "PostgreSQL database {database} with {organisations} organisations.",
    },
    "doctor-database-none": {
        "zh-CN": "还没有数据库；serve 或 load 会创建 {database}。",
        "en": "There is no database yet; serve or load will make {database}.",
    },
    "doctor-service-runs": {
        "zh-CN": "服务正在运行，占用 {database}；管理命令会经由它执行。",
        "en": "The service runs and owns {database}; administrative commands go through it.",
    },
    "doctor-demo": {
        "zh-CN": "演示数据库：永久标记，不得用于真实工作。",
        "en": "A demo database: marked for ever, never for real work.",
    },
    "doctor-one-machine": {
        "zh-CN": "一台机器，一份数据：请定期运行 jiuhu backup，并把备份存放在别处。",
        "en": "One machine, one copy: run jiuhu backup regularly, and keep the backups elsewhere.",
    },
    "doctor-sqlite": {"zh-CN": "SQLite {version}", "en": "SQLite {version}"},
    "doctor-sqlite-guarded": {
        "zh-CN": "SQLite {version}：3.51.3 之前的版本在多个写入连接下可能损坏文件；本服务只有一个写入者，不受影响。",
        "en": "SQLite {version}: before 3.51.3 several writing connections could damage a file; "
        "there is only one writer here, so it is safe.",
    },
    "doctor-disk": {
        "zh-CN": "{folder} 所在磁盘剩余 {free_gb} GB（少于 2 GB 时请清理）。",
        "en": "{free_gb} GB free on the disk of {folder} (make room below 2 GB).",
    },
}
