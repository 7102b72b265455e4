/** The inbound board: who is there or comes first at the top; those handed over lately below. */
import { common } from '../words';
import { useKeys } from '../keys';
import { acknowledgeNotice, handedOver, inbound, inboundFailure, isHeard } from './inbound';
import { NoticeCard } from './notice-card';
import { toast } from '../components';
import { wordsOf } from '../api';
import { careText as t } from './texts/care';

function acknowledgeFirst(): void {
  const first = inbound.peek()?.find((one) => !isHeard(one));
  if (first !== undefined) acknowledgeNotice(first).catch((error: unknown) => toast(wordsOf(error), { tone: 'bad' }));
}

export function InboundBoard() {
  useKeys([{ keys: 'F8', says: () => t.acknowledgeFirst, run: acknowledgeFirst }]);
  const coming = inbound.value;
  const done = handedOver.value;
  return (
    <section class="column" aria-labelledby="inbound">
      <h2 id="inbound" class="row">
        {t.inbound} <span class="care-number number">{coming?.length ?? '–'}</span>
        {coming?.some((one) => !isHeard(one)) && <small class="quiet" aria-hidden="true"><kbd>F8</kbd> {t.acknowledgeFirst}</small>}
      </h2>
      {coming === undefined && <p class="quiet">{inboundFailure() === null ? common.loading : common.failed}</p>}
      {coming?.length === 0 && <p class="quiet">{t.nobodyComing}</p>}
      <ul class="column">{coming?.map((notice) => <NoticeCard key={notice.notice_id} notice={notice} />)}</ul>
      {done.length > 0 && (
        <details>
          <summary>{t.handedOver(done.length)}</summary>
          <ul class="column">{done.map((notice) => <NoticeCard key={notice.notice_id} notice={notice} />)}</ul>
        </details>
      )}
    </section>
  );
}
