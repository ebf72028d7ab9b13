import base from "./style/base.css";
import launcher from "./style/launcher.css";
import popover from "./style/popover.css";
import panel from "./style/panel.css";
import thread from "./style/thread.css";
import files from "./style/files.css";
import messages from "./style/messages.css";
import home from "./style/home.css";
import form from "./style/form.css";
import composer from "./style/composer.css";
import conditions from "./style/conditions.css";

/** In this order: later rules win over earlier ones. */
export const style = [base, launcher, popover, panel, thread, files, messages, home, form, composer, conditions].join("");
