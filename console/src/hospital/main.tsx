/** The hospital page. */
import { startPage } from '../shared/start';
import { Hospital } from './page';
import { t } from './texts';
import './style.css';

startPage(() => <Hospital />, { title: () => t.title, needs: 'notice.read' });
