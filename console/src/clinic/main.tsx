/** The referrals page. */
import { startPage } from '../shared/start';
import { Clinic } from './page';
import { t } from './texts';
import './style.css';

startPage(() => <Clinic />, { title: () => t.title, needs: 'referral.read' });
