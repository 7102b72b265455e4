/** The shift leader page. */
import { startPage } from '../shared/start';
import { Shift } from './page';
import { t } from './texts';
import './style.css';

startPage(() => <Shift />, { title: () => t.title, needs: 'report.read' });
