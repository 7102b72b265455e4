/** The crew page. */
import { startPage } from '../shared/start';
import { Crew } from './page';
import { t } from './texts';
import './style.css';

startPage(() => <Crew />, { title: () => t.title, needs: 'assignment.report', offline: true });
