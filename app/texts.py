"""What the command line says to persons, in zh-CN and en."""

from web.words import Catalogue

TEXTS: Catalogue = {
    "address-in-use": {
        "zh-CN": "无法监听 {host}:{port}（{why}）。请停止占用该端口的程序，或用 --port 换一个端口。",
        "en": "Cannot listen on {host}:{port} ({why}). Stop what uses that port, or choose another with --port.",
    },
    "port-unusable": {
        "zh-CN": "JIUHU_PORT={value} 不是端口号。请设为 0 到 65535 之间的整数。",
        "en": "JIUHU_PORT={value} is no port. Set it to a whole number from 0 to 65535.",
    },
    "prefecture-missing": {
        "zh-CN": "数据库中还没有任何机构。请先运行 jiuhu load 文件.json，或用 serve --demo 启动演示地区。",
        "en": "The database holds no organisations yet. Run jiuhu load FILE.json first, or serve --demo.",
    },
    "prefecture-loaded-already": {
        "zh-CN": "数据库中已有机构，未作任何改动。",
        "en": "The database holds organisations already; nothing was changed.",
    },
    "prefecture-unreadable": {
        "zh-CN": "{file} 不是可用的地区文件：{why}",
        "en": "{file} is no usable prefecture file: {why}",
    },
    "prefecture-without-centre": {
        "zh-CN": "地区文件中没有急救中心（kind: centre）。请补充后重试。",
        "en": "The prefecture has no centre (kind: centre). Add one and try again.",
    },
    "organisation-parent-unknown": {
        "zh-CN": "机构 {code_named} 的上级不在文件中，或互为上级。",
        "en": "The parent of organisation {code_named} is not in the file, or parents form a circle.",
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
        "zh-CN": "没有编码为 {value} 的机构。",
        "en": "No organisation has the code {value}.",
    },
    "unit-unknown": {"zh-CN": "没有呼号为 {value} 的单元。", "en": "No unit has the call sign {value}."},
    "station-unknown": {"zh-CN": "没有编码为 {value} 的急救站。", "en": "No station has the code {value}."},
    "backup-embedded-only": {
        "zh-CN": "备份与恢复只用于内嵌数据库；PostgreSQL 请用 pg_basebackup 或 pg_dump。",
        "en": "Backup and restore are for the embedded database; for PostgreSQL use pg_basebackup or pg_dump.",
    },
    "backup-target-exists": {
        "zh-CN": "{file} 已存在，未覆盖。请换一个文件名。",
        "en": "{file} exists and was not overwritten. Choose another name.",
    },
    "backup-missing": {"zh-CN": "找不到 {file}。", "en": "There is no file {file}."},
    "backup-differs": {
        "zh-CN": "备份未通过核对：{different} 行与台账不符，{gaps} 处缺号。请改用更早的备份并报告此事。",
        "en": "The backup failed its check: {different} rows differ from the ledger, {gaps} gaps. "
        "Use an earlier backup, and report this.",
    },
    "backup-changed-while-copied": {
        "zh-CN": "{file} 在复制时被改动，未恢复。",
        "en": "{file} changed while it was copied; nothing was restored.",
    },
    "service-not-running": {
        "zh-CN": "服务未运行（{socket}）。",
        "en": "The service is not running ({socket}).",
    },
    "service-went-away": {
        "zh-CN": "服务在执行命令时停止，结果未知。请重启后核对。",
        "en": "The service stopped while it worked on the command; the outcome is unknown. Restart and look.",
    },
    "command-unknown": {
        "zh-CN": "运行中的服务版本不认识这条命令：{error}",
        "en": "The running service is of another version and does not know this command: {error}",
    },
    "roads-not-imported": {
        "zh-CN": "没有路网：{folder}。请先运行 jiuhu import-roads 文件.osm.pbf。",
        "en": "There are no roads in {folder}. Run jiuhu import-roads FILE.osm.pbf first.",
    },
    "roads-missing": {"zh-CN": "找不到路网文件 {file}。", "en": "There is no road file {file}."},
    "roads-empty": {"zh-CN": "{file} 中没有可通行的道路。", "en": "{file} holds no road that can be driven."},
    "roads-damaged": {
        "zh-CN": "{file} 已损坏或不完整。请重新下载或重新导入。",
        "en": "{file} is damaged or cut off. Fetch it again, or import again.",
    },
    "roads-unknown-format": {
        "zh-CN": "{file} 不是 OpenStreetMap 的 .osm.pbf 或 .osm 文件。",
        "en": "{file} is no OpenStreetMap .osm.pbf or .osm file.",
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
