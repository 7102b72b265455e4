/** The referrals page. */
import { startPage } from '../shared/start';
import { titles } from '../shared/titles';
import './style.css';

startPage(async () => (await import('./page')).Clinic, { title: () => titles.clinic, needs: 'referral.read' });
