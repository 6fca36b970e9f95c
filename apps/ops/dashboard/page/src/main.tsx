import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import { App } from './app.tsx';
import './styles.css';

const page = document.getElementById('page');
if (page !== null) render(<App />, page);
