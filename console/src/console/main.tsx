/** The dispatch console page. */
import { startPage } from '../shared/start';
import { Console } from './page';
import { t } from './texts';
import './style.css';

startPage(() => <Console />, { title: () => t.title, needs: 'incident.work' });
