/** The station page. */
import { startPage } from '../shared/start';
import { Station } from './page';
import { t } from './texts';
import './style.css';

startPage(() => <Station />, { title: () => t.title, needs: 'order.answer' });
