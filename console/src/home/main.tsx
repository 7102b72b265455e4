/** The way in: the demo's seats, or a sign-in form where nothing is a demo. */
import { draw } from '../shared/start';
import { askWho } from '../shared/session';
import { Home } from './page';
import { askForSeats, seats } from './seats';
import './style.css';

draw(<Home />);
void askForSeats().then(() => (seats.value === null ? askWho() : undefined));
