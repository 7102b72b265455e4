/** How long ago something was, in words: both languages, pure. */

/** 刚刚, 40 秒前, 12 分钟前, 3 小时前, 2 天前 */
export function agoZh(seconds: number): string {
  if (seconds < 5) return '刚刚';
  if (seconds < 60) return `${Math.round(seconds)} 秒前`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} 分钟前`;
  return seconds < 129_600 ? `${Math.round(seconds / 3600)} 小时前` : `${Math.round(seconds / 86_400)} 天前`;
}

export function agoEn(seconds: number): string {
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${Math.round(seconds)} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 129_600 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} days ago`;
}

export const days = (n: number): string => (n === 1 ? '1 day' : `${n} days`);
