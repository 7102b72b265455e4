/** A titled table of this page: how many rows it has stands in its title; without rows it says so. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Column {
  name: string;
  number?: boolean;
}

interface TableProps {
  title: string;
  /** What is said when there is nothing. */
  none: string;
  columns: readonly (string | Column)[];
  count: number;
  name: string;
  children: ComponentChildren;
}

/** A row above this many is not drawn at once: the pane scrolls, and the CSV has all. */
export const MOST = 150;

export function Table({ title, none, columns, count, name, children }: TableProps) {
  const id = useId();
  return (
    <div class="panel list" data-list={name}>
      <h2 id={id}>
        {title} <span class="number list-count">{count}</span>
      </h2>
      {count === 0 ? (
        <p class="quiet">{none}</p>
      ) : (
        <div class="scroll list-scroll" tabIndex={0} role="region" aria-labelledby={id}>
          <table>
            <thead>
              <tr>
                {columns.map((one) => {
                  const column = typeof one === 'string' ? { name: one } : one;
                  return <th key={column.name} scope="col" class={column.number ? 'number' : undefined}>{column.name}</th>;
                })}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </div>
      )}
    </div>
  );
}
