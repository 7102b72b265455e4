/** The hospital page. */
import { startPage } from '../shared/start';
import { titles } from '../shared/titles';
import './style.css';

startPage(async () => (await import('./page')).Hospital, { title: () => titles.hospital, needs: 'notice.read' });
