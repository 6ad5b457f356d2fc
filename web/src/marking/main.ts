// Styles of marking; its forms need no script of their own.
import "./marking.css";
